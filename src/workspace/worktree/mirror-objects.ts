import { constants, type Stats } from 'node:fs'
import { copyFile, link, lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inPlaced } from '../../base/folder-files.ts'
import type { Refusal } from './read-branch.ts'

export interface MirrorLimits {
  readonly maxFiles: number
  readonly maxBytes: number
}

/**
 * Gives a folder of ours the objects that an agent has made, by hard links: plain files with the names of objects and packs, nothing else.
 * What says where further objects are (`info/alternates`), a link, an index over packs: none of it comes along. What is in the files is
 * looked at by git, later.
 * @returns a refusal, or undefined when all are there
 */
export async function mirrorObjects(state: string, to: string, hexLength: number, limits: MirrorLimits): Promise<Refusal | undefined> {
  const tally = { files: 0, bytes: 0 }
  const folders = await inPlaced(state, 'git/objects', (at) => readdir(at('.')))
  if (folders === undefined) return { reason: 'objects-unreadable', detail: 'The folder of the child\'s objects is not there, or a link.' }
  const object = new RegExp(`^[0-9a-f]{${hexLength - 2}}$`)
  for (const folder of folders) {
    const wanted = folder === 'pack' ? /^pack-[0-9a-f]{40,64}\.(?:pack|idx)$/ : /^[0-9a-f]{2}$/.test(folder) ? object : undefined
    if (wanted === undefined) continue
    const isWithin = await inPlaced(state, join('git/objects', folder), (at) => linkAll(at, join(to, folder), wanted, tally, limits))
    if (isWithin === false) return { reason: 'too-large', detail: `The child has made more than ${limits.maxFiles} files of objects, or more than ${limits.maxBytes} bytes of them.` }
  }
  return undefined
}

/** False when there are too many. */
async function linkAll(at: (name: string) => string, to: string, wanted: RegExp, tally: { files: number; bytes: number }, { maxFiles, maxBytes }: MirrorLimits): Promise<boolean> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const name of await readdir(at('.'))) {
    if (!wanted.test(name)) continue
    const stats = await bring(at(name), join(to, name))
    tally.files += 1
    tally.bytes += stats?.size ?? 0
    if (tally.files > maxFiles || tally.bytes > maxBytes) return false
  }
  return true
}

/** Looked at once it is ours: what it was before may change. */
async function bring(from: string, to: string): Promise<Stats | undefined> {
  if (!(await lstat(from)).isFile()) return undefined
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    // On file systems without hard links.
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'].includes(error.code ?? '')) throw error
    await copyFile(from, to, constants.COPYFILE_EXCL)
  })
  const stats = await lstat(to)
  if (stats.isFile()) return stats
  await rm(to, { force: true })
  return undefined
}
