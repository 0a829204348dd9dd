import { lstat, readdir, rmdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { namesPlaced, placeFile, readPlaced, removePlaced } from '../../base/folder-files.ts'
import { removeStubborn } from './remove-stubborn.ts'
import type { WorktreeRecord } from './worktree-record.ts'

/**
 * A linked worktree on the disk: `<path>/.git` is a file, `gitdir: <common>/worktrees/<name>`, and `gitdir` in that folder, its seat, names it
 * back. We put a file of our own beside that, `omnigent`, with the path of the worktree's state: so another one that the user makes in the same place
 * is told from ours. All of it may be anybody's work: read without following links, and believed only when it agrees.
 * @see gitrepository-layout(5)
 */
export interface Seat {
  readonly name: string
  /** Of `HEAD`, as it stands in the file. */
  readonly head: string
  /** By the user: git itself says `initializing` while it makes one. */
  readonly isLocked: boolean
  readonly isBeingMade: boolean
  /** Which state it is of, as our own file says. */
  readonly state: string | undefined
}

type Place = Pick<WorktreeRecord, 'path' | 'commonDir' | 'branch' | 'stage'>

const ourFile = 'omnigent'
const beingMade = 'initializing'
const maxBytes = 64 * 1024

/** The seat of the worktree at that path, whoever made it. */
export async function findSeat({ path, commonDir }: Pick<Place, 'path' | 'commonDir'>): Promise<Seat | undefined> {
  for (const name of await namesPlaced(commonDir, 'worktrees')) {
    const named = await text(commonDir, name, 'gitdir')
    if (named === undefined || resolve(commonDir, 'worktrees', name, named) !== join(path, '.git')) continue
    const [lock, head, state] = await Promise.all(['locked', 'HEAD', ourFile].map((file) => text(commonDir, name, file)))
    return { name, head: head ?? '', isLocked: lock !== undefined && lock !== beingMade, isBeingMade: lock === beingMade, state }
  }
  return undefined
}

export const markSeat = (commonDir: string, seat: Seat, state: string): Promise<void> => placeFile(commonDir, join('worktrees', seat.name, ourFile), state, 0o644)

/** What stands at the path: our worktree, nothing, an empty folder, or anything else. */
export async function lookAt(place: Place, state: string): Promise<'there' | 'gone' | 'empty' | 'other'> {
  const { path, commonDir } = place
  const stats = await lstat(path).catch(() => undefined)
  if (stats === undefined) return 'gone'
  if (!stats.isDirectory()) return 'other'
  if ((await readdir(path)).length === 0) return 'empty'
  const named = /^gitdir: (.+)\n?$/.exec((await readPlaced(path, '.git', maxBytes))?.toString('utf8') ?? '')?.[1]
  const seat = await findSeat(place)
  if (named === undefined || seat === undefined || resolve(path, named) !== join(commonDir, 'worktrees', seat.name)) return 'other'
  return isOurs(place, seat, state) ? 'there' : 'other'
}

/** By our file; or cut short before that was in it. */
function isOurs({ branch, stage }: Place, seat: Seat, state: string): boolean {
  return seat.state === state || (stage === 'making' && (seat.isBeingMade || [`ref: refs/heads/${branch}`, tableHead].includes(seat.head)))
}

/** In `HEAD` of a repository that keeps its refs in tables; the real one is there. */
export const tableHead = 'ref: refs/heads/.invalid'

/**
 * Removes the folder, `.git` last: cut short, what is left still says whose it is.
 * Only for one that `lookAt` calls `there` or `empty`.
 */
export async function removeFolder(path: string): Promise<void> {
  for (const name of await readdir(path)) if (name !== '.git') await removeStubborn(path, name)
  await removeStubborn(path, '.git')
  await rmdir(path)
}

/** Removes the seats that are of this state, or of a git that was killed on the way. The folder is gone already. */
export async function removeSeats(place: Place, state: string): Promise<void> {
  const { path, commonDir, stage } = place
  const drop = (name: string) => removePlaced(commonDir, join('worktrees', name))
  const seat = await findSeat(place)
  if (seat !== undefined && isOurs(place, seat, state)) await drop(seat.name)
  for (const name of await namesPlaced(commonDir, 'worktrees')) {
    const hasName = name.startsWith(basename(path)) && /^\d*$/.test(name.slice(basename(path).length))
    if (stage === 'making' && hasName && (await text(commonDir, name, 'gitdir')) === undefined && (await text(commonDir, name, 'locked')) === beingMade) await drop(name)
  }
  // As git does.
  if ((await namesPlaced(commonDir, 'worktrees')).length === 0) await rmdir(join(commonDir, 'worktrees')).catch(() => undefined)
}

const text = async (commonDir: string, name: string, file: string): Promise<string | undefined> => (await readPlaced(commonDir, join('worktrees', name, file), maxBytes))?.toString('utf8').trim()
