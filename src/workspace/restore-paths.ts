import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import type { RestoreConflict } from '../spec/ports/workspace.ts'
import type { Git, TreeEntry } from './git.ts'
import { inHalves } from './in-halves.ts'
import { isGitName, rawOf, shownPath, type RawPath } from './raw-path.ts'

export interface RestorePlace {
  readonly git: Git
  readonly root: string
  /** Scratch folder of this opening. */
  readonly run: string
}

/** Trees: the target, the files as they are now, and per path what the session left. */
export interface RestorePlan {
  readonly to: string
  readonly now: string
  readonly paths: readonly { readonly path: string; readonly left: string }[]
}

export interface RestoreOutcome {
  /** What each path is now that was written or removed. */
  readonly restored: ReadonlyMap<RawPath, TreeEntry | undefined>
  readonly unchanged: readonly string[]
  readonly conflicts: readonly RestoreConflict[]
}

/**
 * Takes paths back to a tree. git itself compares each file once more right before it touches it, and follows no link.
 * First what is there is changed or removed, then what is missing is written, where nothing is.
 */
export async function restorePaths(place: RestorePlace, plan: RestorePlan, signal: AbortSignal | undefined): Promise<RestoreOutcome> {
  const { changing, missing, unchanged, conflicts } = await judge(place, plan, signal)
  const restored = new Map<RawPath, TreeEntry | undefined>()
  const refuse = (path: RawPath, reason: RestoreConflict['reason']) => conflicts.push({ path: shownPath(path), reason })

  const changed = await inHalves([...changing], (paths) => change(place, new Map(paths), signal))
  for (const [path] of changed) refuse(path, 'changed')
  for (const [path, { to }] of changing) if (!changed.some(([failed]) => failed === path)) restored.set(path, to)

  const writable: [RawPath, TreeEntry][] = []
  for (const [path, entry] of missing) {
    if (await isFree(place.root, shownPath(path))) writable.push([path, entry])
    else refuse(path, 'in-the-way')
  }
  const failed = await inHalves(writable, (entries) => write(place, new Map(entries), signal))
  for (const [path] of failed) refuse(path, 'in-the-way')
  for (const [path, entry] of writable) if (!failed.some(([other]) => other === path)) restored.set(path, entry)
  return { restored, unchanged, conflicts }
}

/** @throws {AppError} 'invalid' for a path that does not stay in the work folder */
export function checkPath(path: string): void {
  const names = path.replace(/\/$/, '').split('/')
  if (path.includes('\0') || !path.isWellFormed() || names.some((name) => name === '' || name === '.' || name === '..')) {
    throw new AppError('invalid', `${JSON.stringify(path)} is not the path of a file relative to the work folder: it can not be restored.`)
  }
}

interface Judged {
  readonly changing: Map<RawPath, { now: TreeEntry; to: TreeEntry | undefined }>
  readonly missing: Map<RawPath, TreeEntry>
  readonly unchanged: string[]
  readonly conflicts: RestoreConflict[]
}

async function judge({ git, root }: RestorePlace, plan: RestorePlan, signal: AbortSignal | undefined): Promise<Judged> {
  const paths = plan.paths.map(({ path }) => path)
  const [to, now] = [await git.entries(plan.to, paths, signal), await git.entries(plan.now, paths, signal)]
  const left = new Map<RawPath, TreeEntry>()
  for (const [tree, of] of Map.groupBy(plan.paths, (each) => each.left)) {
    for (const [path, entry] of await git.entries(tree, of.map(({ path }) => path), signal)) left.set(path, entry)
  }
  const judged: Judged = { changing: new Map(), missing: new Map(), unchanged: [], conflicts: [] }
  for (const path of paths) {
    const raw = rawOf(path)
    // A folder, or a name that was shown because it can not be said.
    if (path.endsWith('/') || path.includes('\uFFFD')) {
      judged.conflicts.push({ path, reason: 'not-covered' })
      continue
    }
    const [wanted, current] = [to.get(raw), now.get(raw)]
    // A file that no look has taken in: ignored, too large, in a nested repository.
    const isUnknown = current === undefined && (isGitName(raw, false) || (await standsThere(root, path)))
    if (isUnknown) judged.conflicts.push({ path, reason: wanted === undefined && !left.has(raw) ? 'not-covered' : 'changed' })
    else if (isSame(wanted, current)) judged.unchanged.push(path)
    else if (!isSame(current, left.get(raw))) judged.conflicts.push({ path, reason: 'changed' })
    else if (current !== undefined) judged.changing.set(raw, { now: current, to: wanted })
    else if (wanted !== undefined) judged.missing.set(raw, wanted)
  }
  return judged
}

/** Removes or replaces files that are what we take them for. False, and nothing is touched, when one is not. */
async function change({ git, run }: RestorePlace, entries: ReadonlyMap<RawPath, { now: TreeEntry; to: TreeEntry | undefined }>, signal: AbortSignal | undefined): Promise<boolean> {
  const [current, target] = [join(run, 'restore-now'), join(run, 'restore-to')]
  await Promise.all([current, target].map((index) => rm(index, { force: true })))
  const kept = [...entries].flatMap(([path, { to }]): [RawPath, TreeEntry][] => (to === undefined ? [] : [[path, to]]))
  await git.setEntries(current, new Map([...entries].map(([path, { now }]) => [path, now])), signal)
  await git.refresh(current, signal)
  await git.setEntries(target, new Map(kept), signal)
  return await git.switchFiles(current, await git.writeTree(target, signal), signal)
}

/** Writes files where nothing is. False when one is not there afterwards; what stood in its way stands as it was. */
async function write({ git, run }: RestorePlace, entries: ReadonlyMap<RawPath, TreeEntry>, signal: AbortSignal | undefined): Promise<boolean> {
  const index = join(run, 'restore-new')
  await rm(index, { force: true })
  await git.setEntries(index, entries, signal)
  await git.writeNew(index, [...entries.keys()], signal)
  await git.refresh(index, signal)
  const { touched, gone } = await git.dirty(index, signal)
  return touched.length + gone.length === 0
}

/** Nothing stands on the path, and above it are real folders or nothing. */
async function isFree(root: string, path: string): Promise<boolean> {
  const names = path.split('/')
  for (let depth = 1; depth < names.length; depth += 1) {
    const stats = await lstat(join(root, ...names.slice(0, depth))).catch(() => undefined)
    if (stats === undefined) return true
    if (!stats.isDirectory()) return false
  }
  return await lstat(join(root, path)).then(() => false, () => true)
}

async function standsThere(root: string, path: string): Promise<boolean> {
  const names = path.split('/')
  for (let depth = 1; depth < names.length; depth += 1) {
    // Below a link or a file nothing of the work folder stands.
    if ((await lstat(join(root, ...names.slice(0, depth))).catch(() => undefined))?.isDirectory() !== true) return false
  }
  return await lstat(join(root, path)).then((stats) => !stats.isDirectory(), () => false)
}

const isSame = (left: TreeEntry | undefined, right: TreeEntry | undefined): boolean => left?.hash === right?.hash && left?.mode === right?.mode
