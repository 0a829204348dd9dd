import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { AppError } from '../../spec/app-error.ts'

/** The repository that a folder is in, as far as it shows itself to be one. */
export interface FoundRepository {
  /** Its top folder. */
  readonly top: string
  /** Where it keeps its own state; of a linked worktree a folder in the common one. */
  readonly gitDir: string
  readonly commonDir: string
}

/**
 * Looks upwards for `.git`, without running git: what stands in it may be an agent's work. A `.git` file is believed only when the folder
 * that it names names it back, as git writes it: else it could have any folder of the machine put into the box.
 */
export function findRepository(folder: string): FoundRepository | undefined {
  for (let top = folder; ; top = dirname(top)) {
    const marker = join(top, '.git')
    const stats = lstatSync(marker, { throwIfNoEntry: false })
    if (stats?.isDirectory() === true) return looksLikeGit(marker) ? { top, gitDir: marker, commonDir: marker } : undefined
    if (stats?.isFile() === true) return linkedWorktree(top, marker)
    // A link could lead anywhere.
    if (stats !== undefined || top === dirname(top)) return undefined
  }
}

function linkedWorktree(top: string, marker: string): FoundRepository | undefined {
  const named = /^gitdir: (.+)$/m.exec(read(marker))?.[1]
  if (named === undefined) return undefined
  const gitDir = real(isAbsolute(named) ? named : resolve(top, named))
  const back = gitDir === undefined ? '' : read(join(gitDir, 'gitdir')).trim()
  const common = gitDir === undefined ? undefined : real(resolve(gitDir, read(join(gitDir, 'commondir')).trim()))
  if (gitDir === undefined || common === undefined || real(back) !== real(marker) || dirname(dirname(gitDir)) !== common || !looksLikeGit(common)) return undefined
  return { top, gitDir, commonDir: common }
}

/** An agent may make as many as it likes: with more than these none could be vouched for. */
const maxModuleFolders = 5_000

/**
 * Where its submodules keep their state: each has hooks and a configuration of its own.
 * @throws {AppError} 'unavailable' where there are too many to look at
 */
export function submodulesOf({ commonDir }: FoundRepository): readonly string[] {
  const found: string[] = []
  let looked = 0
  const look = (folder: string): void => {
    looked += 1
    if (looked > maxModuleFolders) throw new AppError('unavailable', `There are more than ${maxModuleFolders} folders in ${join(commonDir, 'modules')}, so no sandbox can keep the hooks of all submodules. Remove those that are none.`)
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (!entry.isDirectory()) continue
      if (looksLikeGit(path)) found.push(path)
      look(looksLikeGit(path) ? join(path, 'modules') : path)
    }
  }
  look(join(commonDir, 'modules'))
  return found
}

const looksLikeGit = (folder: string): boolean => ['HEAD', 'objects', 'refs'].every((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.isSymbolicLink() === false)

const maxBytes = 4_096

function read(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true && stats.size <= maxBytes ? readFileSync(path, 'utf8') : ''
}

function real(path: string): string | undefined {
  try {
    return path === '' ? undefined : realpathSync.native(path)
  } catch {
    return undefined // Not there.
  }
}
