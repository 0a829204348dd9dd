import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import type { NotCovered } from '../spec/ports/workspace.ts'
import type { Git, IgnoreRules } from './git.ts'
import { inHalves } from './in-halves.ts'
import { watchedMarks, type Marks } from './marks.ts'
import { rawOf, shownPath, type RawPath } from './raw-path.ts'
import { seedObjects } from './seed-objects.ts'
import { sortCandidates, type Gap } from './sort-candidates.ts'
import type { WorkspaceLimits } from './workspace-limits.ts'
import { fileSystemSecond, readYoung, writeYoung, youngAmong } from './young-files.ts'

/** The work folder at one moment: a tree of all covered files, and prints of watched and large ones. */
export interface Look {
  readonly tree: string
  readonly marks: Marks
  readonly notCovered: readonly NotCovered[]
}

export interface LookPlace {
  readonly git: Git
  /** The real path of the work folder. */
  readonly root: string
  /** The session's index in the shadow: the files as they were at its last look. */
  readonly index: string
  /** This opening's folder in the shadow. */
  readonly run: string
  readonly watch: readonly string[]
  readonly omit: readonly RawPath[]
  readonly limits: WorkspaceLimits
}

export interface LookRequest {
  /** The tree that the index is known to be; undefined: not known yet. */
  readonly known: string | undefined
  /** Files to cover although the project ignores them. */
  readonly also: readonly RawPath[]
  readonly withIgnored: boolean
}

/**
 * Brings the index up to date with the files and writes its tree. Costs one walk over the folders that are not ignored, and the reading
 * of what changed. @throws {AppError} as `Workspace`
 */
export async function takeLook(place: LookPlace, { known, also, withIgnored }: LookRequest, signal: AbortSignal | undefined): Promise<Look> {
  const { git, root, index, run, limits } = place
  const [rules, start, young] = await Promise.all([ignoreRules(root, place.omit), fileSystemSecond(run), readYoung(run)])
  const [{ touched, gone }, { paths: untracked, warnings }, watched] = await Promise.all([git.dirty(index, signal), git.untracked(index, rules, signal), watchedMarks(root, place.watch)])
  if (untracked.length > limits.maxFiles) {
    throw new AppError('too_large', `${root} has more than ${limits.maxFiles} files that no .gitignore leaves out: no checkpoints can be made. Work in a smaller folder, or ignore what is built.`)
  }
  const { add, drop, marks, gaps } = await sortCandidates(root, [...new Set([...touched, ...untracked, ...young, ...also])], limits.maxFileBytes)
  const readable = new Set(add)
  // git reads a file again only when it does not know it any more.
  const leaving = [...new Set([...gone, ...drop, ...young.filter((path) => readable.has(path))])]
  if (leaving.length + add.length > 0) await writeYoung(run, [...add, ...young])
  if (leaving.length > 0) await git.drop(index, leaving, signal)
  const seeded = known === undefined ? await seedObjects({ git, root, run }, add, signal) : new Set<RawPath>()
  const unreadable = [
    ...(await inHalves(add.filter((path) => seeded.has(path)), (paths) => git.add(index, paths, { isKnown: true }, signal))),
    ...(await inHalves(add.filter((path) => !seeded.has(path)), (paths) => git.add(index, paths, {}, signal))),
  ]
  const tree = known !== undefined && leaving.length + add.length === 0 ? known : await git.writeTree(index, signal)
  const unread = new Set(gaps.flatMap(({ reason, path }) => (reason === 'unreadable' ? path : [])))
  if (leaving.length + add.length > 0) await writeYoung(run, [...(await youngAmong(root, add, start)), ...young.filter((path) => unread.has(path))])
  const ignored = withIgnored ? await git.ignored(index, rules, signal) : []
  const all: Gap[] = [
    ...gaps, ...unreadable.map((path) => ({ reason: 'unreadable' as const, path })), ...closedFolders(warnings).map((path) => ({ reason: 'unreadable' as const, path })),
    ...ignored.map((path) => ({ reason: 'ignored' as const, path })),
  ]
  return { tree, marks: new Map([...watched, ...marks]), notCovered: summarize(all) }
}

async function ignoreRules(root: string, omit: readonly RawPath[]): Promise<IgnoreRules> {
  const file = join(root, '.git', 'info', 'exclude')
  // Anything but a file could lead elsewhere, or be waited for.
  const isFile = await lstat(file).then((stats) => stats.isFile(), () => false)
  return { excludesFile: isFile ? file : undefined, omit }
}

/** git tells of a folder that it can not read, and goes on. */
function closedFolders(warnings: string): RawPath[] {
  return [...warnings.matchAll(/^warning: could not open directory '(.*)': /gm)].map((match) => rawOf(match[1] ?? ''))
}

const maxNamed = 20

function summarize(gaps: readonly Gap[]): NotCovered[] {
  return [...Map.groupBy(gaps, ({ reason }) => reason)].map(([reason, of]) => ({ reason, count: of.length, paths: of.slice(0, maxNamed).map(({ path }) => shownPath(path)) }))
}
