import { expandBraces, globTest } from '../conditions/match-glob.ts'
import { anyOf, type Extent } from './extent.ts'

/**
 * Every path of a host belongs to one class: itself where policies name it, else the longest beginning that they name. `/a/*` and `/a/**`
 * are both the beginning `/a/`: in the paths of requests a star crosses slashes.
 */
export interface PathClass {
  readonly type: 'exact' | 'prefix'
  /** Of a prefix; empty for all paths. */
  readonly text: string
}

export const anyPath: PathClass = { type: 'prefix', text: '' }

/** The classes that paths are divided by, `anyPath` among them: shorter beginnings first, then what stands by itself. */
export function pathClasses(named: readonly string[]): readonly PathClass[] {
  const shapes = named.flatMap(expandBraces).flatMap((each) => shapeOf(each) ?? [])
  const prefixes = new Set(shapes.flatMap(({ type, text }) => (type === 'prefix' ? [text] : [])))
  // A row for `/a/**` also takes `/a`, which a policy's `/a/*` does not mean.
  const exact = new Set([...shapes.flatMap(({ type, text }) => (type === 'exact' ? [text] : [])), ...[...prefixes].flatMap((text) => (text.endsWith('/') ? [text.slice(0, -1)] : []))])
  prefixes.add('')
  return [...[...prefixes].sort((left, right) => left.length - right.length).map((text): PathClass => ({ type: 'prefix', text })), ...[...exact].map((text): PathClass => ({ type: 'exact', text }))]
}

/** How a row of the table says it; absent for all paths. */
export const rowPath = ({ type, text }: PathClass): string | undefined => (type === 'exact' ? text : text === '' ? undefined : `${text}**`)

/** Of which paths of a class a pattern holds. */
export function pathExtent(wanted: string, path: PathClass, classes: readonly PathClass[]): Extent {
  return anyOf(expandBraces(wanted).map((glob) => {
    if (path.type === 'exact') return globTest(glob)(path.text) ? 'all' : 'none'
    const shape = shapeOf(glob)
    const known = /^[^*?]*/.exec(glob)?.[0] ?? ''
    if (shape === undefined) return known.startsWith(path.text) || path.text.startsWith(known) ? 'some' : 'none'
    if (shape.type === 'prefix' && path.text.startsWith(shape.text)) return 'all'
    if (!shape.text.startsWith(path.text)) return 'none'
    return classes.some(({ type, text }) => type === shape.type && text === shape.text) ? 'none' : 'some'
  }))
}

/** What stands by itself, or begins so; undefined for every other pattern, and for what no path is like. */
function shapeOf(glob: string): PathClass | undefined {
  const [, text, stars] = /^([^*?]*)(\**)$/.exec(glob) ?? []
  if (text === undefined || (text !== '' && !text.startsWith('/'))) return undefined
  if (stars === '') return text === '' ? undefined : { type: 'exact', text }
  return { type: 'prefix', text: text === '/' ? '' : text }
}
