import { lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isInside } from '../../base/is-inside.ts'
import { AppError } from '../../spec/app-error.ts'
import type { BoxProfile } from '../../spec/ports/box.ts'
import type { BoxPlan, HiddenPath } from './box-plan.ts'
import { findRepository, submodulesOf } from './find-repository.ts'

/** What of the machine no box shows. */
export interface MachinePlaces {
  /** Files and folders that hold secrets, absolute; they need not be there. */
  readonly secrets: readonly string[]
  /** Everything of ours: sessions, tokens, logs. */
  readonly state: string
}

/** What holds a box's limits: whoever writes there lifts them. */
const controlGroups = '/sys/fs/cgroup'

/** Names of a repository's folder that decide what git runs. */
const gitCode = ['hooks', 'config', 'config.worktree', 'info/attributes']

/**
 * Decides what is in a box, by what is on the disk now.
 * @throws {AppError} 'unavailable' for a work folder that can not be given away; 'not_found' for a path that is named and not there
 */
export function planBox(profile: BoxProfile & { readonly name: BoxPlan['profile'] }, machine: MachinePlaces): BoxPlan {
  const [workspace, home] = [existing(profile.workspace), existing(profile.home)]
  if (workspace === '/') throw new AppError('unavailable', 'The whole disk can not be the work folder of a sandboxed session. Start it in the folder of a project.')
  const inState = isInside(machine.state, workspace) && !isInside(home, workspace)
  if (inState) throw new AppError('unavailable', `${workspace} is a folder of omnigent itself. Start the session in the folder of a project.`)
  // With the whole disk shown, links on it are there already, and nothing can be mounted in their place.
  const shown = profile.name === 'open' ? (path: string) => [existing(path)] : namedAndReal
  const { git } = profile
  const reads = [...(profile.reads ?? []), ...(git?.objects ?? [])].flatMap(shown)
  const writes = (profile.writes ?? []).map(existing)
  const held = [workspace, ...reads, ...writes].find((path) => isInside(controlGroups, path))
  if (held !== undefined) throw new AppError('unavailable', `${held} holds the limits of sandboxes, so none shows it. Take it out of "sandbox".`)
  const repository = git === undefined ? findRepository(workspace) : undefined
  const around = repository === undefined || repository.top === workspace ? [] : [repository.top]
  const gitFolders = repository === undefined ? [] : [...new Set([repository.commonDir, repository.gitDir])]
  const modules = repository === undefined ? [] : submodulesOf(repository)
  const seen = profile.name === 'open' ? ['/'] : [workspace, ...reads, ...writes, ...around, ...gitFolders]
  const isReadOnly = profile.name === 'read-only'
  const made = repository === undefined || isReadOnly ? [] : [repository.commonDir, ...modules].map((folder) => join(folder, 'hooks')).filter((folder) => !isThere(folder))
  const secrets = machine.secrets.map(realOf).filter((path) => path !== undefined)
  if (secrets.some((secret) => isInside(secret, workspace))) throw new AppError('unavailable', `${workspace} is where secrets are kept, which no sandbox shows. Start the session in the folder of a project.`)
  // A part of a secret is one as well, also where it is named.
  const parts = [...reads, ...writes].filter((path) => secrets.some((secret) => isInside(secret, path)))
  const hides = [...machine.secrets, ...parts, machine.state, controlGroups, ...(profile.hides ?? [])]
  const hidden = hiddenIn(seen, hides)
  const code = [...new Set([...gitFolders, ...modules])].flatMap((folder) => gitCode.map((name) => join(folder, name)))
  // Where a folder above may be written: what leads down to them, which covers the work folder and so has it after it.
  const above = waysTo([workspace, ...gitFolders], writes)
  return {
    profile: profile.name, network: 'none', workspace, home,
    reads: [...around, ...reads, ...(isReadOnly ? [...gitFolders, ...writes] : [])],
    writes: isReadOnly ? [] : writes,
    // Bound onto itself a folder cannot be moved away, and with it what is frozen in it.
    pinned: isReadOnly ? [] : [...above, ...(above.length === 0 ? [] : [workspace]), ...gitFolders, ...waysTo(hidden.map(({ path }) => path), [workspace, ...writes]), ...waysTo(modules, gitFolders), ...modules],
    made,
    frozen: [...code.filter(isThere), ...made],
    hidden,
    absent: { frozen: code.filter((path) => !isThere(path) && !made.includes(path)), hidden: hides.filter((path) => realOf(path) === undefined).map(placeOf).filter((path) => seen.some((folder) => isInside(folder, path))) },
    // What is in the work folder is there already, and can be written.
    programs: (profile.programs ?? []).flatMap(shown).filter((path) => !isInside(workspace, path) && !isInside(path, workspace)),
    state: [...(profile.state ?? []), ...(git === undefined ? [] : [git.dir])].map(existing),
    files: git === undefined ? {} : { [join(workspace, '.git')]: existing(git.file) },
  }
}

/** Secrets that would be seen, where they really are. */
function hiddenIn(seen: readonly string[], secrets: readonly string[]): HiddenPath[] {
  const found = new Map<string, HiddenPath>()
  for (const secret of secrets) {
    const path = realOf(secret)
    if (path === undefined || !seen.some((folder) => isInside(folder, path))) continue
    found.set(path, { path, kind: lstatSync(path).isDirectory() ? 'folder' : 'file' })
  }
  // In a folder that is hidden nothing is left to hide.
  return [...found.values()].filter(({ path }) => ![...found.values()].some((other) => other.kind === 'folder' && other.path !== path && isInside(other.path, path)))
}

/** Folders that lead to what is covered in one that can be written, outer ones first: with one of them moved away the next program would find it without its cover. */
function waysTo(covered: readonly string[], roots: readonly string[]): string[] {
  const ways = covered.flatMap((path) => roots.filter((root) => isInside(root, path)).flatMap((root) => foldersBetween(root, path)))
  return [...new Set(ways)].toSorted((left, right) => left.length - right.length)
}

function foldersBetween(root: string, path: string): string[] {
  const above = dirname(path)
  return above === root || !isInside(root, above) ? [] : [...foldersBetween(root, above), above]
}

/** Where it really is, and where programs are told that it is. */
const namedAndReal = (path: string): string[] => [...new Set([existing(path), path])]

function existing(path: string): string {
  const real = realOf(path)
  if (real === undefined) throw new AppError('not_found', `${path} is not there, so no sandbox can hold it. Make it, or take it out of "sandbox".`)
  return real
}

/** Where it would be: what leads there may be a link. */
function placeOf(path: string): string {
  const above = dirname(path)
  return realOf(path) ?? (above === path ? path : join(placeOf(above), basename(path)))
}

/** As the disk spells it, where capitals are all the same to it. */
function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined // Not there.
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined && lstatSync(dirname(path)).isDirectory()
