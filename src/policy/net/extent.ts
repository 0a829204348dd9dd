/** Of how many requests of a region something holds: of all, of none, or nobody can say before there is one. */
export type Extent = 'all' | 'none' | 'some'

export const inverted = (extent: Extent): Extent => (extent === 'all' ? 'none' : extent === 'none' ? 'all' : 'some')

export function everyOf(extents: Iterable<Extent>): Extent {
  let joined: Extent = 'all'
  for (const extent of extents) {
    if (extent === 'none') return 'none'
    if (extent === 'some') joined = 'some'
  }
  return joined
}

export function anyOf(extents: Iterable<Extent>): Extent {
  let joined: Extent = 'none'
  for (const extent of extents) {
    if (extent === 'all') return 'all'
    if (extent === 'some') joined = 'some'
  }
  return joined
}
