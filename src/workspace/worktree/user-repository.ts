import { lstat, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isInside } from '../../base/is-inside.ts'
import { readPlaced } from '../../base/folder-files.ts'
import { AppError } from '../../spec/app-error.ts'
import type { GitPlace } from '../run-git.ts'
import { askRepository, createUserGit, type UserGit } from './worktree-git.ts'

/** The user's repository, as far as a worktree needs it. */
export interface UserRepository {
  readonly git: UserGit
  /** What its worktrees share, and the directory of the checkout that was asked from. */
  readonly commonDir: string
  readonly gitDir: string
  /** The work folder of that checkout; a bare repository has none. */
  readonly top: string | undefined
  readonly format: 'sha1' | 'sha256'
  /** Folders of objects, its own first, then those that it borrows from. */
  readonly objects: readonly string[]
  /** How it has files written. */
  readonly settings: readonly [string, string][]
  readonly isSparse: boolean
}

/** Settings that say how files are written, and name no program. */
const harmless = new Set(['core.autocrlf', 'core.eol', 'core.safecrlf', 'core.filemode', 'core.symlinks', 'core.ignorecase', 'core.precomposeunicode', 'core.protecthfs', 'core.protectntfs', 'core.sparsecheckoutcone', 'i18n.commitencoding'])
const maxDepth = 5
const maxAlternates = 100
const maxFileBytes = 1024 * 1024

/**
 * @param folder any folder in the repository
 * @throws {AppError} 'not_found' | 'unsupported' | 'forbidden', as `Worktrees.make` says
 */
export async function openRepository(place: GitPlace, folder: string, mayBorrow: readonly string[], signal: AbortSignal | undefined): Promise<UserRepository> {
  if (!(await isFolder(folder))) throw new AppError('not_found', `${folder} is not there, or no folder.`)
  const { commonDir, gitDir, format, isBare, top } = await askRepository({ ...place, root: folder }, signal)
  for (const name of ['objects', 'refs']) if (!(await isFolder(join(commonDir, name)))) throw new AppError('forbidden', `${join(commonDir, name)} is no folder of the repository, but a link: no worktree can be made of it.`)
  const git = createUserGit(place, gitDir)
  const config = new Map(await git.settings(signal))
  return {
    git, commonDir, gitDir, top: isBare ? undefined : resolve(folder, top), format: format === 'sha256' ? 'sha256' : 'sha1',
    objects: await objectFolders(join(commonDir, 'objects'), mayBorrow),
    settings: [...config].filter(([key, value]) => harmless.has(key) && /^[\w-]{0,40}$/.test(value)),
    isSparse: /^(true|yes|on|1)$/i.test(config.get('core.sparsecheckout') ?? ''),
  }
}

/**
 * A repository that an agent can write to is looked at again before git follows what stands in it.
 * @throws {AppError} 'forbidden' where it borrows by now from what it did not; 'not_found' where it is gone
 */
export async function mustBorrowAsBefore(commonDir: string, objects: readonly string[]): Promise<void> {
  const own = join(commonDir, 'objects')
  if (!(await isFolder(own))) throw new AppError('not_found', `The repository ${commonDir} is not there any more, or its objects are not.`)
  await objectFolders(own, objects)
}

/**
 * The folder and all that it borrows from, in turn, as git follows them.
 * @throws {AppError} 'forbidden' for one that nobody vouches for
 * @see gitrepository-layout(5): a line is a path, relative to the folder, or a comment
 */
async function objectFolders(own: string, mayBorrow: readonly string[]): Promise<string[]> {
  const known = new Set(await Promise.all(mayBorrow.map((path) => realpath(path).catch(() => path))))
  const found = new Set<string>()
  const follow = async (folder: string, depth: number): Promise<void> => {
    found.add(folder)
    const text = depth > maxDepth ? '' : (await readPlaced(folder, 'info/alternates', maxFileBytes))?.toString('utf8') ?? ''
    for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
      const path = resolve(folder, line)
      const real = await realpath(path).catch(() => undefined)
      // Git goes on without those that are not there.
      if (real === undefined || found.has(real)) continue
      if (![...known].some((each) => isInside(each, real))) throw new AppError('forbidden', `The repository borrows objects from ${JSON.stringify(path)} (objects/info/alternates), and a child would see all of them. Name that folder, or copy the objects with git repack -a -d.`, { details: { objects: path } })
      if (found.size > maxAlternates) throw new AppError('forbidden', 'The repository borrows objects from more folders than can be shown.')
      await follow(real, depth + 1)
    }
  }
  await follow(await realpath(own), 0)
  return [...found]
}

/** Of ours: what is a link is none. */
export const isFolder = (path: string): Promise<boolean> => lstat(path).then((found) => found.isDirectory(), () => false)
