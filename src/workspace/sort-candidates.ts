import { constants } from 'node:fs'
import { access, lstat } from 'node:fs/promises'
import type { NotCovered } from '../spec/ports/workspace.ts'
import { statMark, type Mark } from './marks.ts'
import { bytesUnder, isGitName, type RawPath } from './raw-path.ts'

export type Gap = { readonly reason: NotCovered['reason']; readonly path: RawPath }

export interface Sorted {
  /** To be read into the index. */
  readonly add: RawPath[]
  /** To be taken out of it, where they are in it. */
  readonly drop: RawPath[]
  readonly marks: Map<RawPath, Mark>
  readonly gaps: Gap[]
}

const atOnce = 500

/** Decides what becomes of files that git found new or touched. Nothing is opened. */
export async function sortCandidates(root: string, paths: readonly RawPath[], maxFileBytes: number): Promise<Sorted> {
  const sorted: Sorted = { add: [], drop: [], marks: new Map(), gaps: [] }
  for (let start = 0; start < paths.length; start += atOnce) {
    const fates = await Promise.all(paths.slice(start, start + atOnce).map((path) => fateOf(root, path, maxFileBytes)))
    for (const { path, fate, mark } of fates) {
      if (fate === 'add') sorted.add.push(path)
      else if (fate !== 'gone') sorted.gaps.push({ reason: fate, path })
      // What can not be read may be what it was: the index keeps it.
      if (fate !== 'add' && fate !== 'unreadable') sorted.drop.push(path)
      if (mark !== undefined) sorted.marks.set(path, mark)
    }
  }
  return sorted
}

interface Fate {
  readonly path: RawPath
  readonly fate: 'add' | 'gone' | NotCovered['reason']
  readonly mark?: Mark
}

async function fateOf(root: string, path: RawPath, maxFileBytes: number): Promise<Fate> {
  if (path.endsWith('/')) return { path, fate: 'nested-repository', mark: { print: 'nested repository' } }
  const full = bytesUnder(root, path)
  const stats = await lstat(full, { bigint: true }).catch((error: unknown) => (isMissing(error) ? 'gone' : 'unreadable'))
  if (typeof stats === 'string') return { path, fate: stats === 'gone' ? 'gone' : 'unreadable' }
  if (isGitName(path, stats.isSymbolicLink())) return { path, fate: 'git-name', mark: statMark(stats) }
  if (stats.isSymbolicLink()) return { path, fate: 'add' }
  if (stats.isDirectory()) return { path, fate: 'gone' }
  if (!stats.isFile()) return { path, fate: 'special' }
  if (stats.size > maxFileBytes) return { path, fate: 'too-large', mark: statMark(stats) }
  return { path, fate: await access(full, constants.R_OK).then(() => 'add' as const, () => 'unreadable' as const) }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
