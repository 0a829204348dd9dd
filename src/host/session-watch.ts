import type { CallReader, CallReading } from '../spec/ports/call-reader.ts'
import type { ProposedCall } from '../spec/ports/harness.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import { type ChangeFeed, createChangeFeed } from './change-feed.ts'
import type { HostOptions } from './host-options.ts'

/** What is found out about a session's calls besides their own words: what they do, before; what they did to files, after. */
export interface SessionWatch {
  /** The box is there. @param root the work folder, without symlinks */
  begin(root: string): void
  /** A program starts. @param env what its commands see */
  programStarts(workspace: string, env: Readonly<Record<string, string>>): Promise<void>
  turnStarts(): void
  /** The program has begun to answer. */
  stirs(): void
  /** The call with its actions read, once everything is told that calls before it did. */
  read(call: ProposedCall): Promise<{ readonly call: ProposedCall; readonly restsOn: CallReading['restsOn'] }>
  /** Why a yes to something that rests on this is void; undefined when it holds. */
  changed(restsOn: CallReading['restsOn']): Promise<string | undefined>
  callEnded(call: string): void
  /** Resolves when what calls did is told. */
  told(): Promise<void>
  close(): Promise<void>
}

interface WatchDeps {
  readonly session: string
  /** The session's private folder. */
  readonly home: string
  readonly options: HostOptions
  fact(fact: HostFact): void
}

export function createSessionWatch({ session, home, options, fact }: WatchDeps): SessionWatch {
  let feed: ChangeFeed | undefined
  let reader: CallReader | undefined
  const ending = new AbortController()

  /** Looks from a box of its own: what the agent's box runs is the agent's. */
  function newFeed(root: string): ChangeFeed | undefined {
    const { workspaces, omnibox, clock, log } = options
    if (workspaces === undefined) return undefined
    // All that a person has is no work folder: a look at it would take minutes and as much disk.
    if (root === options.environment['HOME'] || root === '/') {
      fact({ type: 'notice', level: 'warning', text: `What commands do to files is not seen in ${root}: start the session in the folder of a project.` })
      return undefined
    }
    return createChangeFeed({
      root, clock, fact,
      open: async () => {
        const box = await omnibox.open({ name: 'off', workspace: root, home })
        const workspace = await workspaces.open({ box, workspace: root, home, shadow: workspaces.shadow })
        return {
          changes: (signal) => workspace.changes(signal),
          async close() {
            await workspace.close()
            await box.close()
          },
        }
      },
      failed: (error) => {
        log('looking at the work folder', error)
        fact({ type: 'notice', level: 'warning', text: `What commands do to files is not seen: ${error instanceof Error ? error.message : String(error)}` })
      },
    })
  }

  return {
    begin(root) {
      feed = newFeed(root)
    },
    async programStarts(workspace, env) {
      await reader?.close()
      reader = options.callReader?.({ session, workspace, home, env })
    },
    turnStarts: () => feed?.turnStarted(),
    stirs: () => feed?.stirred(),
    async read(call) {
      feed?.callWanted(call)
      await feed?.told()
      const reading = await reader?.read(call.actions, ending.signal)
      return reading === undefined ? { call, restsOn: {} } : { call: { ...call, actions: [...reading.actions] }, restsOn: reading.restsOn }
    },
    async changed(restsOn) {
      if (reader === undefined || Object.keys(restsOn).length === 0) return undefined
      return reader.changed(restsOn, ending.signal).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    },
    callEnded: (call) => feed?.callEnded(call),
    told: async () => feed?.told(),
    async close() {
      ending.abort(new Error('the session is closing'))
      await feed?.close()
      await reader?.close()
    },
  }
}
