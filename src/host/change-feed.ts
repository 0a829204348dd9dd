import type { Clock } from '../spec/ports/clock.ts'
import type { ProposedCall } from '../spec/ports/harness.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import type { FileChanges, Workspace } from '../spec/ports/workspace.ts'

/** Tells which files a call changed, whatever it ran. */
export interface ChangeFeed {
  /** A turn begins: what has changed meanwhile was not the agent's doing. It is looked at from `stirred` on, so that a turn starts as quickly as without. */
  turnStarted(): void
  /** The program has begun to answer. */
  stirred(): void
  /** A call is about to be decided: what only reads is not looked at when it is over. */
  callWanted(call: Pick<ProposedCall, 'call' | 'actions'>): void
  callEnded(call: string): void
  /** Resolves when all of it is told, so that the next decision knows it; after `patienceMs` at the latest. */
  told(): Promise<void>
  /** Resolves when nothing looks any more. */
  close(): Promise<void>
}

export interface ChangeFeedDeps {
  /** Opened with the first look; `close` ends all it needs. */
  open(): Promise<Pick<Workspace, 'changes' | 'close'>>
  /** The work folder, absolute. */
  readonly root: string
  fact(fact: HostFact): void
  readonly clock: Clock
  /** A failure is said once: without the feed, files are known only by what calls say they do. */
  failed(error: unknown): void
}

/** A huge folder must not hold up a call for ever; what is late is told late. */
const patienceMs = 5_000
const maxChanges = 1_000

export function createChangeFeed({ open, root, fact, clock, failed }: ChangeFeedDeps): ChangeFeed {
  let workspace: ReturnType<typeof open> | undefined
  let looks: Promise<void> = Promise.resolve()
  let broken = false
  const ending = new AbortController()
  const reading = new Set<string>()
  let isDue = false

  function look(call: string | undefined): void {
    looks = looks.then(async () => {
      if (broken || ending.signal.aborted) return
      workspace ??= open()
      tell(await (await workspace).changes(ending.signal), call)
    }).catch((error: unknown) => {
      if (broken || ending.signal.aborted) return
      broken = true
      failed(error)
    })
  }

  function stirred(): void {
    if (isDue) look(undefined)
    isDue = false
  }

  function tell({ files, truncated }: FileChanges, call: string | undefined): void {
    if (files.length === 0) return
    const changes = files.slice(0, maxChanges).map(({ path, kind, bytes }) => ({ path: `${root}/${path}`, kind, ...(bytes === undefined ? {} : { bytes }) }))
    fact({ type: 'files.changed', changes, ...(call === undefined ? {} : { call }), ...(truncated || files.length > maxChanges ? { truncated: true } : {}) })
  }

  return {
    turnStarted() {
      reading.clear()
      isDue = true
    },
    stirred,
    callWanted({ call, actions }) {
      stirred()
      if (actions.length > 0 && actions.every(({ kind }) => kind === 'file.read')) reading.add(call)
    },
    callEnded(call) {
      stirred()
      if (!reading.delete(call)) look(call)
    },
    async told() {
      const late = Promise.withResolvers<void>()
      const cancel = clock.after(patienceMs, () => late.resolve())
      await Promise.race([looks, late.promise])
      cancel()
    },
    async close() {
      ending.abort(new Error('the session is closing'))
      await looks
      await (await workspace?.catch(() => undefined))?.close()
    },
  }
}
