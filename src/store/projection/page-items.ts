import type { TranscriptItem } from '../../spec/view/transcript-item.ts'

/** Items with `after < key < before` are rewound. `before` is the number of the event that rewound them. */
export interface Rewound {
  readonly after: number
  readonly before: number
}

/** One lane of a conversation as it is stored: a fork's own items, and where the ones before its fork point are. */
export interface StoredLane<Lane> {
  /** Where items with `key ≤ baseKey` are read. */
  readonly base?: Lane
  readonly baseKey: number
  readonly rewound: readonly Rewound[]
  /** Items of the prefix as they were at the fork point, where the source changed them later. */
  readonly overrides: ReadonlyMap<number, TranscriptItem>
}

export interface ItemPage {
  readonly before?: number
  readonly after?: number
  readonly limit: number
  readonly withRewound?: boolean
}

/** Items of one lane with `above < key ≤ upTo`, at most `limit`, from one end. */
export type ReadItems<Lane> = (lane: Lane, range: { above: number; upTo: number; limit: number; newest: boolean }) => readonly TranscriptItem[]

interface Layer<Lane> {
  readonly lane: Lane
  readonly above: number
  readonly upTo: number
  readonly rewound: readonly Rewound[]
  readonly overrides: ReadonlyMap<number, TranscriptItem>
}

/** Reads one page of a conversation through all its layers. Ascending by key. */
export function pageItems<Lane>(lane: Lane, page: ItemPage, look: (lane: Lane) => StoredLane<Lane>, read: ReadItems<Lane>): TranscriptItem[] {
  const newest = page.after === undefined
  const above = page.after ?? 0
  const upTo = page.before === undefined ? Number.MAX_SAFE_INTEGER : page.before - 1
  const layers = layersOf(lane, look)
  const found: TranscriptItem[] = []
  for (const layer of newest ? layers : layers.toReversed()) {
    const range = { above: Math.max(above, layer.above), upTo: Math.min(upTo, layer.upTo) }
    const ranges = page.withRewound === true ? [range] : visibleRanges(range, layer.rewound)
    for (const part of newest ? ranges.toReversed() : ranges) {
      const limit = page.limit - found.length
      if (limit <= 0) break
      if (part.above < part.upTo) found.push(...read(layer.lane, { ...part, limit, newest }).map((item) => dress(item, layer)))
    }
  }
  return newest ? found.toReversed() : found
}

function dress<Lane>(item: TranscriptItem, layer: Layer<Lane>): TranscriptItem {
  const shown = layer.overrides.get(item.key) ?? item
  return layer.rewound.some((range) => range.after < item.key && item.key < range.before) ? { ...shown, rewound: true } : shown
}

/** Newest first. What a layer rewound holds for the layers under it, not for the source it was forked from. */
export function layersOf<Lane>(lane: Lane, look: (lane: Lane) => StoredLane<Lane>): Layer<Lane>[] {
  const layers: Layer<Lane>[] = []
  let current: Lane | undefined = lane
  let upTo = Number.MAX_SAFE_INTEGER
  let rewound: readonly Rewound[] = []
  let overrides: ReadonlyMap<number, TranscriptItem> = new Map()
  while (current !== undefined) {
    const stored: StoredLane<Lane> = look(current)
    const limit = upTo
    rewound = merge([...rewound, ...stored.rewound.filter((range) => range.before <= limit)])
    const above = stored.base === undefined ? 0 : stored.baseKey
    layers.push({ lane: current, above, upTo, rewound, overrides })
    // The override nearest to the reader was made last and holds.
    overrides = new Map([...stored.overrides, ...overrides])
    upTo = Math.min(upTo, above)
    current = stored.base
  }
  return layers
}

function merge(ranges: readonly Rewound[]): Rewound[] {
  const merged: Rewound[] = []
  for (const range of ranges.toSorted((left, right) => left.after - right.after)) {
    const last = merged.at(-1)
    if (last === undefined || range.after >= last.before) merged.push(range)
    else merged[merged.length - 1] = { after: last.after, before: Math.max(last.before, range.before) }
  }
  return merged
}

/** The parts of `above < key ≤ upTo` that no range covers, ascending. `rewound` is merged. */
function visibleRanges(range: { above: number; upTo: number }, rewound: readonly Rewound[]): { above: number; upTo: number }[] {
  const visible: { above: number; upTo: number }[] = []
  let { above } = range
  for (const hidden of rewound) {
    if (hidden.after > above) visible.push({ above, upTo: Math.min(hidden.after, range.upTo) })
    above = Math.max(above, hidden.before - 1)
  }
  if (above < range.upTo) visible.push({ above, upTo: range.upTo })
  return visible.filter((part) => part.above < part.upTo)
}
