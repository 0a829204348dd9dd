import { readdir, rm, rmdir } from 'node:fs/promises'
import { AppError } from '../../spec/app-error.ts'
import type { Removed, RemoveRequest } from '../../spec/ports/worktrees.ts'
import type { GitPlace } from '../run-git.ts'
import { findSeat, lookAt, removeFolder, removeSeats } from './linked-worktree.ts'
import { readBranch } from './read-branch.ts'
import { tellStatus } from './tell-status.ts'
import { removeStubborn } from './remove-stubborn.ts'
import { isFolder } from './user-repository.ts'
import { createUserGit } from './worktree-git.ts'
import { readRecord, type WorktreeRecord, writeRecord } from './worktree-record.ts'

type Refused = Extract<Removed, { readonly type: 'refused' }>

/** @see Worktrees.remove */
export async function removeWorktree(place: GitPlace, request: RemoveRequest, signal: AbortSignal | undefined): Promise<Removed> {
  const { state } = request
  const record = await readRecord(state)
  if (record === undefined) {
    // A call before this one got so far; anything else in there is not ours.
    await rmdir(state).catch(() => undefined)
    return { type: 'removed', hasBranch: false }
  }
  const refused = (await isInTheWay(record, state)) ?? (request.force === true || record.stage !== 'made' ? undefined : await wouldLose(place, state, record, signal))
  if (refused !== undefined) return refused
  signal?.throwIfAborted()
  if (record.stage === 'made') await writeRecord(state, { ...record, stage: 'removing' })
  const look = await lookAt(record, state)
  if (look === 'there' || look === 'empty') await removeFolder(record.path).catch(canNot(record.path))
  await removeSeats(record, state)
  const hasBranch = await settleBranch(place, record, request.keepBranch === true, signal)
  await removeState(state)
  return { type: 'removed', hasBranch }
}

async function isInTheWay(record: WorktreeRecord, state: string): Promise<Refused | undefined> {
  if ((await lookAt(record, state)) === 'other') return refusal('not-ours', `${record.path} is not the worktree that was made there: it is left alone. Move it away, and remove again.`)
  return (await findSeat(record))?.isLocked === true ? refusal('locked', `The worktree ${record.path} is locked. Unlock it with git worktree unlock.`) : undefined
}

/** What is nowhere else. */
async function wouldLose(place: GitPlace, state: string, record: WorktreeRecord, signal: AbortSignal | undefined): Promise<Refused | undefined> {
  const found = await readBranch(state, record.branch, record.format)
  if ('reason' in found) return refusal('unreadable', `${found.detail} What it holds can not be told.`)
  if (found.id !== record.head) return refusal('uncollected', `The child has commits on ${record.branch} that were not collected.`)
  if (found.elsewhere !== undefined) return refusal('uncollected', `The child is on ${JSON.stringify(found.elsewhere)}: what it committed there was not collected.`)
  if ((await lookAt(record, state)) !== 'there') return undefined
  const { uncommitted, notes } = await tellStatus(place, state, record, signal)
  if (uncommitted === undefined) return refusal('unreadable', notes.join(' '))
  return uncommitted.files === 0 ? undefined : refusal('uncommitted', `${uncommitted.files === 1 ? 'One file' : `${uncommitted.files} files`} of ${record.path} ${uncommitted.files === 1 ? 'is' : 'are'} in no commit: ${uncommitted.paths.slice(0, 5).join(', ')}.`)
}

/** True when the branch is still there. */
async function settleBranch(place: GitPlace, record: WorktreeRecord, isKept: boolean, signal: AbortSignal | undefined): Promise<boolean> {
  if (!(await isFolder(record.commonDir))) return false
  const user = createUserGit(place, record.commonDir)
  const at = await user.branchAt(record.branch, signal)
  if (at !== record.base || isKept) return at !== undefined
  await user.dropBranch(record.branch, at, signal)
  return false
}

/** The record last: until then the next call goes on. */
async function removeState(state: string): Promise<void> {
  await removeStubborn(state, 'git').catch(canNot(state))
  for (const name of await readdir(state)) if (name !== 'record.json') await rm(`${state}/${name}`, { recursive: true, force: true })
  await rm(`${state}/record.json`, { force: true })
  await rmdir(state)
}

function canNot(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new AppError('unavailable', `${path} can not be removed: ${cause instanceof Error ? cause.message : String(cause)}. Remove it by hand, and call again.`, { cause })
  }
}

const refusal = (reason: Refused['reason'], detail: string): Refused => ({ type: 'refused', reason, detail })
