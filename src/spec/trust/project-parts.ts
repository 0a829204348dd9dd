import { canonicalJson } from '../../base/canonical-json.ts'
import type { TrustAsk } from './trust-card.ts'

/** Something that a project's own files would have a program run by itself: a hook, a server, an extension. */
export interface ProjectPart {
  /** Where it is written, from the work folder. */
  readonly file: string
  /** The end of a sentence that begins with "asks for". */
  readonly reason: string
  /** Exactly what would run. */
  readonly exact: string
  /** What the adapter needs to have it run as it was shown. */
  readonly data: unknown
}

export interface ProjectReader {
  readonly id: string
  projectParts?(workspace: string): Promise<readonly ProjectPart[]>
}

export interface ProjectParts {
  /** The text whose SHA-256 a person's yes is bound to. */
  readonly content: string
  readonly asks: readonly TrustAsk[]
  readonly parts: ReadonlyMap<string, readonly ProjectPart[]>
}

/** What the project has for any of the programs; undefined when nothing. Reads files, runs nothing. */
export async function readProjectParts(readers: readonly ProjectReader[], workspace: string): Promise<ProjectParts | undefined> {
  const found = await Promise.all(readers.map(async (reader) => [reader.id, (await reader.projectParts?.(workspace)) ?? []] as const))
  const parts = found.filter(([, each]) => each.length > 0)
  if (parts.length === 0) return undefined
  return { content: canonicalJson(parts), parts: new Map(parts), asks: parts.flatMap(([, each]) => each.map(({ file, reason, exact }) => ({ field: file, reason, exact }))) }
}
