import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { rawOf, type RawPath } from './raw-path.ts'

/** What is told of a file whose bytes are not kept: equal prints, equal files. */
export interface Mark {
  readonly print: string
  readonly bytes?: number
}
export type Marks = ReadonlyMap<RawPath, Mark>

/** What makes git run programs, or read what is elsewhere: seen whoever changes it. */
export const watchedParts = ['.git/hooks/', '.git/config', '.git/config.worktree', '.git/commondir', '.git/info/', '.git/objects/info/alternates'] as const

const maxHashedBytes = 1024 * 1024
const maxWatchedFiles = 2_000

/** Looks at watched paths of a hostile folder: no link is followed, no FIFO waited for. @param watch a folder ends in `/` */
export async function watchedMarks(root: string, watch: readonly string[]): Promise<Map<RawPath, Mark>> {
  const marks = new Map<RawPath, Mark>()
  const visit = async (path: string): Promise<void> => {
    if (marks.size >= maxWatchedFiles) return
    const name = path.replace(/\/$/, '')
    const mark = await markOf(root, name)
    if (mark === undefined) return
    if (mark !== 'folder') return void marks.set(rawOf(name), mark)
    if (name === path) return
    for (const child of (await readdir(join(root, name), { withFileTypes: true }).catch(() => [])).toSorted(byName)) {
      await visit(child.isDirectory() ? `${path}${child.name}/` : `${path}${child.name}`)
    }
  }
  // A repository whose `.git` is a file, or a link: where it points is watched.
  for (const path of ['.git', ...watch]) await visit(path)
  return marks
}

async function markOf(root: string, path: string): Promise<Mark | 'folder' | undefined> {
  const full = join(root, path)
  const parent = await realpath(dirname(full)).catch(() => undefined)
  if (parent === undefined) return undefined
  if (parent !== dirname(full)) return { print: `elsewhere ${parent}` }
  const stats = await lstat(full, { bigint: true }).catch(() => undefined)
  if (stats === undefined) return undefined
  if (stats.isDirectory()) return 'folder'
  if (stats.isSymbolicLink()) return { print: `link ${await readlink(full).catch(() => '')}` }
  return stats.isFile() ? await fileMark(full, stats) : { print: 'special' }
}

async function fileMark(full: string, stats: BigIntStats): Promise<Mark> {
  if (stats.size > maxHashedBytes) return statMark(stats)
  const file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return statMark(stats)
  try {
    const room = Buffer.alloc(maxHashedBytes)
    const { bytesRead } = await file.read(room, 0, maxHashedBytes, 0)
    return { print: `${Number(stats.mode) & 0o111} ${createHash('sha256').update(room.subarray(0, bytesRead)).digest('hex')}`, bytes: bytesRead }
  } catch {
    return statMark(stats) // It took another form in between, or the disk refuses: what is known of it still tells it apart.
  } finally {
    await file.close()
  }
}

/** For what is too large to be read at every look. The change time can not be set by a program. */
export function statMark({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): Mark {
  return { print: [size, mtimeNs, ctimeNs, ino, mode].join(' '), bytes: Number(size) }
}

const byName = (left: { name: string }, right: { name: string }) => (left.name < right.name ? -1 : 1)
