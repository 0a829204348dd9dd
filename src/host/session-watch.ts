import { mkdir } from 'node:fs/promises'
import type { CallReader, CallReading } from '../spec/ports/call-reader.ts'
import type { ProposedCall } from '../spec/ports/harness.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import { type ChangeFeed, createChangeFeed } from './change-feed.ts'
import { isLookedAt } from '../spec/work-folder.ts'
import type { HostOptions } from './host-options.ts'
import { noRestore, type RestoreOrder } from './restore-files.ts'

/** What is found out about a session's calls besides their own words: what they do, before; what they did to files, after. */
export interface SessionWatch {
  /** The box is there. @param root the work folder, without symlinks @param walled the box has walls: then so has what looks at its files */
  begin(root: string, walled?: boolean): void
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
  /** Takes files to other states, also where no program runs. Resolves when it is told, as `files.restored`; never rejects. */
  restore(order: RestoreOrder): Promise<void>
  close(): Promise<void>
}

interface WatchDeps {
  readonly session: string
  /** The session's private folder. */
  readonly home: string
  readonly options: HostOptions
  fact(fact: HostFact): void
}

/** States of work folders are kept so long. */
const keepMs = 30 * 24 * 60 * 60 * 1_000

export function createSessionWatch({ session, home, options, fact }: WatchDeps): SessionWatch {
  let feed: ChangeFeed | undefined
  let watched: string | undefined
  let isWalled = false
  /** Why nothing is looked at: said with every turn's start. */
  let unseen: string | undefined
  let reader: CallReader | undefined
  const ending = new AbortController()

  /** Looks from a box of its own: what the agent's box runs is the agent's. */
  function newFeed(root: string): ChangeFeed | undefined {
    const { workspaces, omnibox, clock, log } = options
    unseen = workspaces === undefined ? undefined : isLookedAt(root, options.environment['HOME']) ? undefined : `${root} is no folder of a project. Start the session in one.`
    if (workspaces === undefined || unseen !== undefined) return undefined
    return createChangeFeed({
      root, clock, fact,
      open: async () => {
        await mkdir(workspaces.shadow, { recursive: true, mode: 0o700 })
        const box = await omnibox.open(isWalled ? { name: 'workspace', workspace: root, home, state: [workspaces.shadow] } : { name: 'off', workspace: root, home })
        const workspace = await workspaces.open({ box, workspace: root, home, shadow: workspaces.shadow })
        return {
          keep: (label, always, signal) => workspace.keep(label, always, signal),
          restore: (request, signal) => workspace.restore(request, signal),
          async close() {
            await workspace.prune(({ at }) => clock.now() - at < keepMs).catch((error: unknown) => log('dropping old states of the work folder', error))
            await workspace.close()
            await box.close()
          },
        }
      },
      failed: (error) => {
        log('looking at the work folder', error)
        fact({ type: 'files.unseen', reason: error instanceof Error ? error.message : String(error) })
      },
    })
  }

  function begin(root: string, walled = false): void {
    if (watched === root) return
    isWalled = walled
    watched = root
    feed = newFeed(root)
  }

  return {
    begin,
    async programStarts(workspace, env) {
      await reader?.close()
      reader = options.callReader?.({ session, workspace, home, env, walled: isWalled })
    },
    turnStarts() {
      feed?.turnStarted()
      if (unseen !== undefined) fact({ type: 'files.unseen', reason: unseen })
    },
    stirs: () => feed?.stirred(),
    async read(call) {
      feed?.callWanted(call)
      await feed?.known()
      const reading = await reader?.read(call.actions, ending.signal)
      return reading === undefined ? { call, restsOn: {} } : { call: { ...call, actions: [...reading.actions] }, restsOn: reading.restsOn }
    },
    async changed(restsOn) {
      if (reader === undefined || Object.keys(restsOn).length === 0) return undefined
      return reader.changed(restsOn, ending.signal).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    },
    callEnded: (call) => feed?.callEnded(call),
    told: async () => feed?.told(),
    async restore(order) {
      begin(order.workspace)
      if (feed !== undefined) return feed.restore(order)
      fact({ type: 'files.restored', restore: order.restore, ...noRestore(unseen ?? 'This machine does not look at work folders.') })
    },
    async close() {
      ending.abort(new Error('the session is closing'))
      await feed?.close()
      await reader?.close()
    },
  }
}
