import { expandBraces } from '../conditions/match-glob.ts'
import { unknownHost } from '../conditions/read-field.ts'
import { anyOf, type Extent } from './extent.ts'

/**
 * Every host belongs to one class: that of the most specific pattern among those that policies name, an exact name before `*.name`, the longer of
 * these before the shorter, `*` last. That is also the order in which a gateway's table looks at its rows.
 */
export type HostClass = string

/** The patterns that hosts are divided by: each named host; for `*.name` both that and the name itself, which policies mean as well; and `*`. */
export function hostClasses(named: readonly string[]): readonly HostClass[] {
  const found = named.flatMap(expandBraces).map((each) => each.toLowerCase()).flatMap((each) => (isExact(each) ? [each] : isDomain(each) ? [each, each.slice(2)] : []))
  // What is called so counts as a host that nobody could tell.
  return [...new Set([...found, ...(named.length > 0 ? [unknownHost] : []), '*'])]
}

/** `*.a.org` is wider than `x.a.org`, `*.x.a.org` and itself. */
export const isWithin = (inner: HostClass, outer: HostClass): boolean => outer === '*' || inner === outer || (outer.startsWith('*.') && inner.endsWith(outer.slice(1)))

/**
 * Of which hosts of a class a pattern holds.
 * @param fits the same of one host
 */
export function hostExtent(wanted: string, host: HostClass, { classes, fits }: { readonly classes: ReadonlySet<HostClass>; fits(host: string): boolean }): Extent {
  if (host === unknownHost) return 'some'
  if (!host.startsWith('*')) return (isExact(wanted) ? wanted.toLowerCase() === host : fits(host)) ? 'all' : 'none'
  return anyOf(expandBraces(wanted.toLowerCase()).map((glob) => {
    if (/^\*+$/.test(glob)) return 'all'
    if (!isExact(glob) && !isDomain(glob)) return 'some'
    if (isDomain(glob) && isWithin(host, glob)) return 'all'
    // Whatever it fits is of a class of its own, or lies elsewhere.
    return classes.has(glob) || !isWithin(glob, host) ? 'none' : 'some'
  }))
}

const isExact = (pattern: string): boolean => pattern !== '' && !/[*?{}@]/.test(pattern)
const isDomain = (pattern: string): boolean => pattern.startsWith('*.') && isExact(pattern.slice(2))
