import { mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { readPlaced } from '../../base/folder-files.ts'
import { isInside } from '../../base/is-inside.ts'
import { AppError } from '../../spec/app-error.ts'
import type { MadeWorktree, WorktreeOrder } from '../../spec/ports/worktrees.ts'
import { isGitFailure } from '../git.ts'
import type { GitPlace } from '../run-git.ts'
import { isBranchName } from './branch-name.ts'
import { findSeat, lookAt, markSeat, removeFolder, removeSeats } from './linked-worktree.ts'
import { dropScratch, inScratch, ruleFiles, settingsOf, shallowOf } from './scratch.ts'
import { openRepository, type UserRepository } from './user-repository.ts'
import { leftOut } from './left-out.ts'
import { privateDir, gitFileOf, readRecord, type WorktreeRecord, writeRecord } from './worktree-record.ts'
import { writeGitDir } from './write-git-dir.ts'

/** @see Worktrees.make */
export async function makeWorktree(start: GitPlace, wanted: WorktreeOrder, signal: AbortSignal | undefined): Promise<MadeWorktree> {
  const order = await checkOrder(wanted)
  const place = { ...start, root: order.state, gitDir: order.state }
  const known = await readRecord(order.state)
  if (known !== undefined) mustBeSame(known, order)
  if (known?.stage === 'made') return madeOf(order.state, await mustBeThere(known, order.state))
  const repository = await openRepository(place, order.repository, order.mayBorrow ?? [], signal)
  if (known !== undefined) await undo(order.state, known, repository, signal)
  const record = known ?? (await settle(place, order, repository, signal))
  const made = await build({ place, order, repository, record }, signal)
  return madeOf(order.state, made)
}

/** Decides what is made, once: it is written down before anything is made. */
async function settle(place: GitPlace, order: WorktreeOrder, repository: UserRepository, signal: AbortSignal | undefined): Promise<WorktreeRecord> {
  const { state, path, branch } = order
  const { git, commonDir, gitDir, format, objects, settings, isSparse } = repository
  const [head, base, taken] = await Promise.all([git.commit('HEAD', signal), git.commit(order.base ?? 'HEAD', signal), git.branches(branch.split('/')[0] ?? '', signal)])
  if (head === undefined && order.base === undefined) throw new AppError('invalid', `${order.repository} has no commit yet, so there is nothing to start a branch from. Make a first commit, or name another base.`)
  if (base === undefined) throw new AppError('not_found', `${JSON.stringify(order.base)} is no branch, tag or commit of ${order.repository}.`)
  if (taken.some((name) => name === branch || branch.startsWith(`${name}/`) || name.startsWith(`${branch}/`))) throw new AppError('conflict', `The branch ${branch} is there already, or another is in its way. Ask for a free name.`)
  if ((await lookAt({ path, commonDir, branch, stage: 'making' }, state)) !== 'gone' || isInside(commonDir, path)) throw new AppError('conflict', `${path} can not become a worktree: something is there already.`)
  const record: WorktreeRecord = {
    version: 1, stage: 'making', order: { repository: order.repository, ...(order.base === undefined ? {} : { base: order.base }) }, path, branch,
    commonDir, gitDir, format, base, head: base, objects: [...objects], settings, isSparse, ...(await leftOut({ place, state, repository, base, head }, signal)),
  }
  signal?.throwIfAborted()
  await writeRecord(state, record)
  return record
}

/** Takes away what an earlier try left, so that each begins the same. */
async function undo(state: string, record: WorktreeRecord, { git }: UserRepository, signal: AbortSignal | undefined): Promise<void> {
  const found = await lookAt(record, state)
  if (found === 'other') throw new AppError('conflict', `Something else has taken the place of the worktree that was being made in ${record.path}. Move it away.`)
  if (found !== 'gone') await removeFolder(record.path)
  await removeSeats(record, state)
  const at = await git.branchAt(record.branch, signal)
  if (at === record.base) await git.dropBranch(record.branch, at, signal)
  else if (at !== undefined) throw new AppError('conflict', `The branch ${record.branch} was moved before its worktree was made. Delete or rename it.`)
  await rm(privateDir(state), { recursive: true, force: true })
  await dropScratch(state)
}

interface Building {
  readonly place: GitPlace
  readonly order: WorktreeOrder
  readonly repository: UserRepository
  readonly record: WorktreeRecord
}

async function build({ place, order, repository, record }: Building, signal: AbortSignal | undefined): Promise<WorktreeRecord> {
  const { state } = order
  const { path, branch, base, commonDir } = record
  await repository.git.addWorktree({ path, branch, base }, signal)
  const seat = await findSeat(record)
  if (seat === undefined) throw new AppError('unavailable', `git made the worktree ${path}, and does not list it.`)
  await markSeat(commonDir, seat, state)
  const index = join('worktrees', seat.name, 'index')
  await inScratch({ place, state, source: record, head: base, rules: true }, ({ git }) => git.checkOut({ workTree: path, index: join(commonDir, index) }, base, signal)).catch(missingObjects(record))
  await writePrivate(order, record, await readPlaced(commonDir, index))
  signal?.throwIfAborted()
  const made: WorktreeRecord = { ...record, stage: 'made', indexed: base }
  await writeRecord(state, made)
  return made
}

/** The private git directory: one branch, the base, its own index; it appears whole. */
async function writePrivate({ state, identity }: WorktreeOrder, record: WorktreeRecord, index: Buffer | undefined): Promise<void> {
  const { branch, base, objects, format } = record
  const fresh = join(state, 'run-git')
  await mkdir(fresh, { mode: 0o700 })
  await writeGitDir(fresh, {
    format, isBare: false, head: `ref: refs/heads/${branch}`, borrows: objects.slice(0, 1),
    // Nothing goes on in the background when its command is over.
    settings: [['gc.auto', '0'], ['maintenance.auto', 'false'], ...settingsOf(record), ...(identity === undefined ? [] : [['user.name', identity.name] as const, ['user.email', identity.email] as const])],
    files: { [`refs/heads/${branch}`]: `${base}\n`, 'refs/omni/base': `${base}\n`, index, shallow: await shallowOf(record), ...(await ruleFiles(record)) },
  })
  await writeFile(gitFileOf(state), `gitdir: ${privateDir(state)}\n`)
  await rename(fresh, privateDir(state))
}

async function checkOrder(order: WorktreeOrder): Promise<WorktreeOrder> {
  if (!isBranchName(order.branch)) throw new AppError('invalid', `${JSON.stringify(order.branch)} is no name for a child's branch: ask for a free one.`)
  if (!isAbsolute(order.path) || !isAbsolute(order.state)) throw new AppError('invalid', 'A worktree, and the folder of what belongs to it, must be named by their absolute paths.')
  if (order.base?.startsWith('-') === true || order.base?.includes('\0') === true) throw new AppError('not_found', `${JSON.stringify(order.base)} is no branch, tag or commit.`)
  if (/[\n\r\0]/.test(order.path + order.state)) throw new AppError('invalid', 'The path of a worktree can not have a line break in it.')
  const above = await realpath(dirname(order.path)).catch((cause: unknown) => {
    throw new AppError('invalid', `${dirname(order.path)} is not there: make it before a worktree in it.`, { cause })
  })
  const path = join(above, basename(order.path))
  const apart = (state: string): string => {
    if (isInside(path, state) || isInside(state, path)) throw new AppError('invalid', `${state} must lie outside of the worktree.`)
    return state
  }
  await mkdir(apart(order.state), { recursive: true, mode: 0o700 })
  return { ...order, path, state: apart(await realpath(order.state)) }
}

function mustBeSame(record: WorktreeRecord, { state, path, branch, repository, base }: WorktreeOrder): void {
  const isSame = record.path === path && record.branch === branch && record.order.repository === repository && record.order.base === base
  if (!isSame || record.stage === 'removing') throw new AppError('conflict', `${state} is of the worktree ${record.path} on ${record.branch}, which is ${record.stage === 'removing' ? 'being removed' : 'another one'}. Remove that first.`)
}

async function mustBeThere(record: WorktreeRecord, state: string): Promise<WorktreeRecord> {
  if ((await lookAt(record, state)) !== 'there') throw new AppError('conflict', `The worktree ${record.path} was made, and is not there any more. Remove it, then make a new one.`)
  return record
}

/** The one thing that goes wrong when files are written and is not of the disk. */
function missingObjects({ order }: WorktreeRecord): (error: unknown) => never {
  return (error) => {
    if (!isGitFailure(error) || !(error instanceof AppError) || !/unable to read|missing|bad object|could not fetch/i.test(error.message)) throw error
    throw new AppError('unavailable', `The repository of ${order.repository} does not have all files of that commit (a partial clone, or damage): fetch them first. ${error.message}`, { cause: error })
  }
}

const madeOf = (state: string, { path, branch, base, objects, hadChanges, notes }: WorktreeRecord): MadeWorktree =>
  ({ path, branch, base, gitFile: gitFileOf(state), gitDir: privateDir(state), objects, hadChanges, notes })
