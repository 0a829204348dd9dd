import { AppError } from '../../spec/app-error.ts'
import type { ChangedFiles, Collected } from '../../spec/ports/worktrees.ts'
import { shownPath } from '../raw-path.ts'
import type { GitPlace } from '../run-git.ts'
import type { MirrorLimits } from './mirror-objects.ts'
import { readBranch, type Refusal } from './read-branch.ts'
import { dropScratch, inScratch } from './scratch.ts'
import { moved, takeCommits } from './take-commits.ts'
import { tellStatus } from './tell-status.ts'
import { createUserGit, type FileChange } from './worktree-git.ts'
import { needRecord, type WorktreeRecord, writeRecord } from './worktree-record.ts'

/** @see Worktrees.collect */
export async function collectWorktree(place: GitPlace, state: string, limits: MirrorLimits, signal: AbortSignal | undefined): Promise<Collected> {
  const record = await needRecord(state)
  if (record.stage !== 'made') throw new AppError('conflict', `The worktree ${record.path} is not made, or being removed.`)
  await dropScratch(state)
  const found = await readBranch(state, record.branch, record.format)
  if ('reason' in found) return { type: 'refused', ...found }
  const refused = await takeOver({ place, state, limits, record, id: found.id }, signal).catch(asRefusal(signal))
  if (refused !== undefined) return { type: 'refused', ...refused }
  const taken = { ...record, head: found.id, pending: undefined }
  const summary = inScratch({ place, state, source: taken, head: taken.head, rules: false }, ({ git }) => Promise.all([git.count(taken.base, taken.head, signal), git.changes(taken.base, taken.head, signal)]))
  const [[ahead, changes], { uncommitted, indexed, notes }] = await Promise.all([summary, tellStatus(place, state, taken, signal)])
  if (indexed !== record.indexed) await writeRecord(state, { ...taken, indexed: indexed ?? record.indexed })
  const elsewhere = found.elsewhere === undefined ? [] : [`The child is on ${JSON.stringify(found.elsewhere)}: what it commits there is not collected.`]
  return { type: 'collected', head: taken.head, ahead, changed: changedFiles(changes), ...(uncommitted === undefined ? {} : { uncommitted }), notes: [...elsewhere, ...notes] }
}

interface TakeOver {
  readonly place: GitPlace
  readonly state: string
  readonly limits: MirrorLimits
  readonly record: WorktreeRecord
  readonly id: string
}

/** The user's branch moves last; what it is about to become is written down before. */
async function takeOver({ place, state, limits, record, id }: TakeOver, signal: AbortSignal | undefined): Promise<Refusal | undefined> {
  const user = createUserGit(place, record.commonDir)
  const old = await user.branchAt(record.branch, signal)
  if (old === undefined) return moved()
  const isOurs = old === record.head || old === record.pending
  if (id !== old) {
    const refused = await takeCommits({ place, state, record, user, id, old, goesOn: !isOurs, limits }, signal)
    if (refused !== undefined) return refused
    signal?.throwIfAborted()
    await writeRecord(state, { ...record, pending: id })
    if (!(await user.moveBranch(record.branch, { to: id, old }, signal))) return moved()
  }
  if (record.head !== id || record.pending !== undefined) await writeRecord(state, { ...record, head: id, pending: undefined })
  return undefined
}

/** The child's commits can keep git busy, or make it say more than anybody reads: that is no failure of ours. */
function asRefusal(signal: AbortSignal | undefined): (error: unknown) => Refusal {
  return (error) => {
    if (signal?.aborted === true || !(error instanceof AppError) || (error.code !== 'timeout' && error.code !== 'too_large')) throw error
    return { reason: 'too-large', detail: `Git did not come to an end with what the child has committed: ${error.message}` }
  }
}

const maxPaths = 1_000

export function changedFiles(changes: readonly FileChange[]): ChangedFiles {
  const sum = (numbers: readonly (number | undefined)[]) => numbers.reduce<number>((total, each) => total + (each ?? 0), 0)
  return { files: changes.length, added: sum(changes.map(({ added }) => added)), removed: sum(changes.map(({ removed }) => removed)), paths: changes.slice(0, maxPaths).map(({ path }) => shownPath(path)) }
}
