import { expandBraces, matchSegments, type SegmentTest, segmentTests } from './match-glob.ts'

/** Where paths are read from: absolute, without symlinks. */
export interface PathPlace {
  readonly workspace: string
  readonly home: string
}

export type PathTest = (path: string, place: PathPlace) => boolean

/** A path that is tested, cut up once for all patterns; and from which segment on it is of the workspace or of the home folder, if it is. */
interface CutPath {
  readonly path: readonly string[]
  readonly workspace: number | undefined
  readonly home: number | undefined
}

/**
 * Path patterns, of which one has to fit: `~` is the home folder; a relative pattern is of the workspace; one that starts with `**`
 * matches anywhere; `DIR/**` also matches DIR itself, because whoever changes it changes what is in it.
 */
export function pathTest(patterns: readonly string[]): PathTest {
  const tests = patterns.flatMap(expandBraces).map(oneTest)
  const [workspaces, homes] = [remembered(split), remembered(split)]
  return (path, { workspace, home }) => {
    const segments = segmentsOf(path, workspace)
    const cut = { path: segments, workspace: within(workspaces(workspace), segments), home: within(homes(home), segments) }
    return tests.some((test) => test(cut))
  }
}

function oneTest(pattern: string): (cut: CutPath) => boolean {
  const fromHome = pattern === '~' || pattern.startsWith('~/')
  const own = split(fromHome ? pattern.slice(1) : pattern)
  const anywhere = own[0] === '**'
  const whole = segmentTests(own)
  const itself: SegmentTest[] | undefined = own.at(-1) === '**' && own.length > 1 ? whole.slice(0, -1) : undefined
  const matches = (path: readonly string[], from: number) => matchSegments(whole, path, from) || (itself !== undefined && matchSegments(itself, path, from))
  if (anywhere || (pattern.startsWith('/') && !fromHome)) return ({ path }) => matches(path, 0)
  // What lies elsewhere needs no pattern.
  return ({ path, workspace, home }) => {
    const from = fromHome ? home : workspace
    return from !== undefined && matches(path, from)
  }
}

const within = (base: readonly string[], path: readonly string[]): number | undefined => (path.length >= base.length && base.every((segment, index) => segment === path[index]) ? base.length : undefined)

/** Absolute and normalised, as segments; never resolved on disk here: see `CallReader`. */
export function segmentsOf(path: string, workspace: string): readonly string[] {
  const segments: string[] = []
  for (const segment of split(path.startsWith('/') ? path : `${workspace}/${path}`)) {
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return segments
}

/** Asked for the same again and again, it is made once. */
function remembered(make: (text: string) => readonly string[]): (text: string) => readonly string[] {
  let last: { readonly text: string; readonly made: readonly string[] } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) }
    return last.made
  }
}

const split = (path: string) => path.split('/').filter((segment) => segment !== '' && segment !== '.')

/** The same path always the same text. */
export const absolutePath = (path: string, workspace: string): string => `/${segmentsOf(path, workspace).join('/')}`
