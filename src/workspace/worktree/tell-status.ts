import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isPlaced, placeFile, readPlaced } from '../../base/folder-files.ts'
import { AppError } from '../../spec/app-error.ts'
import type { UncommittedWork } from '../../spec/ports/worktrees.ts'
import { shownPath } from '../raw-path.ts'
import type { GitPlace } from '../run-git.ts'
import { findSeat, lookAt, tableHead } from './linked-worktree.ts'
import { inScratch } from './scratch.ts'
import { createUserGit } from './worktree-git.ts'
import type { WorktreeRecord } from './worktree-record.ts'

export interface Status {
  readonly uncommitted?: UncommittedWork
  /** The commit that the worktree's index fits now. */
  readonly indexed?: string
  readonly notes: readonly string[]
}

const maxPaths = 100
const maxIndexBytes = 256 * 1024 * 1024
/** A FIFO among the files keeps git waiting: nobody else should wait long. */
const maxMs = 20_000

/** Makes the worktree's own index fit the branch's commit, and tells what of the worktree is in no commit. The files are only read. */
export async function tellStatus(place: GitPlace, state: string, record: WorktreeRecord, signal: AbortSignal | undefined): Promise<Status> {
  const { path, branch, commonDir, head } = record
  const seat = await findSeat(record)
  if ((await lookAt(record, state)) !== 'there' || seat === undefined) return { notes: [`The worktree ${path} is not there any more, or not the one that was made: its status can not be told.`] }
  const on = seat.head === tableHead ? await createUserGit(place, join(commonDir, 'worktrees', seat.name)).head(signal) : seat.head.replace(/^ref: /, '')
  if (on !== `refs/heads/${branch}`) return { notes: [`The worktree ${path} is not on ${branch} for git outside of the box: its index was left alone.`] }
  const wait = { ...place, maxMs: Math.min(maxMs, place.maxMs) }
  return inScratch({ place: wait, state, source: record, head, rules: true }, async ({ git, dir }): Promise<Status> => {
    // On a copy: a git that is stopped here leaves no lock in the user's repository.
    const files = { workTree: path, index: join(dir, 'index') }
    const [ours, theirs] = [files.index, join('worktrees', seat.name, 'index')]
    const bytes = await readPlaced(commonDir, theirs, maxIndexBytes)
    if (bytes !== undefined) await writeFile(ours, bytes)
    const isNew = record.indexed !== head
    if (isNew && !(await git.resetIndex(files, head, signal))) {
      // It can not be read, so nothing in it is lost.
      await rm(ours, { force: true })
      await git.resetIndex(files, head, signal)
    }
    const found = await git.status(files, signal)
    if (found === undefined) return { notes: ['The status of the worktree can not be read.'] }
    const uncommitted = { files: found.length, paths: found.slice(0, maxPaths).map(shownPath) }
    if (!isNew) return { uncommitted, indexed: head, notes: [] }
    if (await isPlaced(commonDir, `${theirs}.lock`)) return { uncommitted, notes: ['Another git is at work in the worktree: its index was left as it is, until the next turn.'] }
    await placeFile(commonDir, theirs, await readFile(ours), 0o644)
    return { uncommitted, indexed: head, notes: [] }
  }).catch((error: unknown): Status => {
    if (error instanceof AppError && (error.code === 'timeout' || error.code === 'too_large')) return { notes: [`The status of the worktree can not be told: ${error.message}`] }
    throw error
  })
}
