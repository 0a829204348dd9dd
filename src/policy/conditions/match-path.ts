import { expandBraces, matchSegments } from './match-glob.ts'

/** Where paths are read from: absolute, without symlinks. */
export interface PathPlace {
  readonly workspace: string
  readonly home: string
}

export type PathTest = (path: string, place: PathPlace) => boolean

/** A path that is tested, cut up once for all patterns. */
interface CutPath {
  readonly path: readonly string[]
  readonly workspace: readonly string[]
  readonly home: readonly string[]
}

/**
 * Path patterns, of which one has to fit: `~` is the home folder; a relative pattern is of the workspace; one that starts with `**`
 * matches anywhere; `DIR/**` also matches DIR itself, because whoever changes it changes what is in it.
 */
export function pathTest(patterns: readonly string[]): PathTest {
  const tests = patterns.flatMap(expandBraces).map(oneTest)
  return (path, { workspace, home }) => {
    const cut = { path: segmentsOf(path, workspace), workspace: split(workspace), home: split(home) }
    return tests.some((test) => test(cut))
  }
}

function oneTest(pattern: string): (cut: CutPath) => boolean {
  const fromHome = pattern === '~' || pattern.startsWith('~/')
  const own = split(fromHome ? pattern.slice(1) : pattern)
  const anywhere = own[0] === '**'
  const matches = (wanted: readonly string[], path: readonly string[]) => matchSegments(wanted, path) || (wanted.at(-1) === '**' && wanted.length > 1 && matchSegments(wanted.slice(0, -1), path))
  if (anywhere || (pattern.startsWith('/') && !fromHome)) return ({ path }) => matches(own, path)
  // What lies elsewhere needs no pattern.
  return ({ path, workspace, home }) => {
    const base = fromHome ? home : workspace
    return path.length >= base.length && base.every((segment, index) => segment === path[index]) && matches(own, path.slice(base.length))
  }
}

/** Absolute and normalised, as segments; never resolved on disk here: see `CallReader`. */
export function segmentsOf(path: string, workspace: string): readonly string[] {
  const segments: string[] = []
  for (const segment of split(path.startsWith('/') ? path : `${workspace}/${path}`)) {
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return segments
}

const split = (path: string) => path.split('/').filter((segment) => segment !== '' && segment !== '.')

/** The same path always the same text. */
export const absolutePath = (path: string, workspace: string): string => `/${segmentsOf(path, workspace).join('/')}`
