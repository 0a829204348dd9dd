import type { FileChange, FileChanges } from '../spec/ports/workspace.ts'
import type { Git, TreeChange, TreeEntry } from './git.ts'
import type { Marks } from './marks.ts'
import { shownPath, type RawPath } from './raw-path.ts'
import type { Look } from './take-look.ts'

type Kind = FileChange['kind']
interface Found {
  readonly kind: Kind
  readonly hash?: string
  readonly bytes?: number | undefined
}

interface Comparison {
  readonly git: Git
  readonly before: Pick<Look, 'tree' | 'marks'>
  readonly after: Look
  readonly maxListed: number
  /** What we ourselves made of a path: no news as long as it is still that. */
  readonly own?: ReadonlyMap<RawPath, TreeEntry | undefined>
}

/** The files that differ between two looks. */
export async function compareLooks({ git, before, after, maxListed, own = new Map() }: Comparison, signal: AbortSignal | undefined): Promise<FileChanges> {
  const found = new Map<RawPath, Found>()
  for (const change of await git.compare(before.tree, after.tree, signal)) {
    const { path, after: entry } = change
    if (own.has(path) && own.get(path)?.hash === entry?.hash && own.get(path)?.mode === entry?.mode) continue
    found.set(path, { kind: kindOf(change), ...(entry === undefined ? {} : { hash: entry.hash }) })
  }
  for (const [path, kind, bytes] of changedMarks(before.marks, after.marks)) {
    const kept = found.get(path)
    // A file that grows too large leaves the tree and gets a mark: it was there and is there.
    found.set(path, { kind: kept === undefined || kept.kind === kind ? kind : 'modified', ...kept?.hash === undefined ? {} : { hash: kept.hash }, bytes })
  }
  const listed = [...found].toSorted(([left], [right]) => (left < right ? -1 : 1)).slice(0, maxListed)
  const hashes = listed.flatMap(([, { hash }]) => hash ?? [])
  const sizes = new Map((await git.sizes(hashes, signal)).map((size, at) => [hashes[at], size]))
  return {
    files: listed.map(([path, { kind, hash, bytes = sizes.get(hash) }]) => ({ path: shownPath(path), kind, ...(bytes === undefined ? {} : { bytes }) })),
    truncated: found.size > maxListed,
    notCovered: after.notCovered,
  }
}

function kindOf({ before, after }: TreeChange): Kind {
  return before === undefined ? 'created' : after === undefined ? 'deleted' : 'modified'
}

function* changedMarks(before: Marks, after: Marks): Generator<[RawPath, Kind, number | undefined]> {
  for (const [path, { print, bytes }] of after) {
    const earlier = before.get(path)
    if (earlier?.print !== print) yield [path, earlier === undefined ? 'created' : 'modified', bytes]
  }
  for (const path of before.keys()) if (!after.has(path)) yield [path, 'deleted', undefined]
}
