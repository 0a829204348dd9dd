import type { Clock } from '../spec/ports/clock.ts'
import type { RestoreOutcome } from '../spec/events/turn-data.ts'
import type { ProposedCall } from '../spec/ports/harness.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import type { Checkpoint, FileChange, KeptChanges, Workspace } from '../spec/ports/workspace.ts'
import { noRestore, type RestoreOrder, restoreFiles } from './restore-files.ts'

/** Tells which files a call changed, whatever it ran, and keeps the states in between. */
export interface ChangeFeed {
  /** A turn begins: what has changed meanwhile was not the agent's doing. It is looked at from `stirred` on, so that a turn starts as quickly as without. */
  turnStarted(): void
  /** The program has begun to answer. */
  stirred(): void
  /** A call is about to be decided: what only reads is not looked at when it is over. */
  callWanted(call: Pick<ProposedCall, 'call' | 'actions'>): void
  callEnded(call: string): void
  /** Resolves when all of it is told; after `patienceMs` at the latest. */
  told(): Promise<void>
  /** The same for the next decision, which must know it: as long as it takes, once the feed is counted on. */
  known(): Promise<void>
  /** Takes files to other states, after the looks under way. Resolves when it is told, as `files.restored`; never rejects. */
  restore(order: RestoreOrder): Promise<void>
  /** Resolves when nothing looks any more. */
  close(): Promise<void>
}

export interface ChangeFeedDeps {
  /** Opened with the first look; `close` ends all it needs. */
  open(): Promise<Pick<Workspace, 'keep' | 'restore' | 'close'>>
  /** The work folder, absolute, without symlinks. */
  readonly root: string
  fact(fact: HostFact): void
  readonly clock: Clock
  /** A failure is said once a turn: without the feed, files are known only by what calls say they do. */
  failed(error: unknown): void
}

/** A look at a huge folder must not hold up the end of a turn, and the first one not a call: until that is over, nobody counts on the feed. */
const patienceMs = 5_000
/** A fact of more would be too large to be handled at once. */
const maxChanges = 1_000
const maxGapPaths = 3

export function createChangeFeed({ open, root, fact, clock, failed }: ChangeFeedDeps): ChangeFeed {
  let workspace: ReturnType<typeof open> | undefined
  let looks: Promise<void> = Promise.resolve()
  let broken = false
  const ending = new AbortController()
  const reading = new Set<string>()
  let isDue = false
  /** The state that the next change is a change of. */
  let last: string | undefined

  const opened = () => (workspace ??= open().catch((error: unknown) => {
    workspace = undefined
    throw error
  }))

  function look(call: string | undefined): void {
    looks = looks.then(async () => {
      if (broken || ending.signal.aborted) return
      tell(await (await opened()).keep(call === undefined ? 'Before a turn' : 'After a call', call === undefined, ending.signal), call)
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

  function tell({ files, truncated, checkpoint }: KeptChanges, call: string | undefined): void {
    const from = last
    const ofCall = call === undefined ? {} : { call }
    if (checkpoint !== undefined) {
      last = checkpoint.id
      fact({ type: 'checkpoint.made', ...noteOf(checkpoint), ...ofCall })
    }
    const between = { ...(from === undefined ? {} : { from }), ...(checkpoint === undefined ? {} : { to: checkpoint.id }) }
    for (let start = 0; start < files.length; start += maxChanges) {
      const isLast = start + maxChanges >= files.length
      fact({ type: 'files.changed', ...ofCall, changes: files.slice(start, start + maxChanges).map(absolute), ...(truncated && isLast ? { truncated: true } : {}), ...between })
    }
  }

  async function told(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const cancel = clock.after(patienceMs, () => late.resolve())
    await Promise.race([looks, late.promise])
    cancel()
  }

  const absolute = ({ path, kind, bytes }: FileChange) => ({ path: `${root}/${path}`, kind, ...(bytes === undefined ? {} : { bytes }) })

  async function carryOut({ restore, paths }: RestoreOrder): Promise<void> {
    const outcome = await opened().then((folder) => restoreFiles({ restore: (request) => folder.restore(request), root }, paths)).catch((error: unknown): RestoreOutcome => noRestore(error))
    last = outcome.after ?? last
    fact({ type: 'files.restored', restore, ...outcome })
  }

  return {
    turnStarted() {
      reading.clear()
      isDue = true
      // Whatever stood in the way may be gone; where it is not, this turn hears of it too.
      broken = false
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
    told,
    known: () => (last === undefined ? told() : looks),
    restore(order) {
      looks = looks.then(() => carryOut(order))
      return looks
    },
    async close() {
      ending.abort(new Error('the session is closing'))
      await looks
      await (await workspace?.catch(() => undefined))?.close()
    },
  }
}

function noteOf({ id, label, tree, repository, notCovered }: Checkpoint) {
  const gaps = notCovered.map(({ reason, count, paths }) => ({ reason, count, paths: paths.slice(0, maxGapPaths) }))
  return { checkpoint: id, label, tree, ...(repository === undefined ? {} : { repository }), ...(gaps.length === 0 ? {} : { notCovered: gaps }) }
}
