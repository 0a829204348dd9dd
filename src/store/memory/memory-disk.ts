import type { Envelope } from '../../spec/events/envelope.ts'
import type { TreeMoney } from '../../spec/money/money-sums.ts'
import type { FoldSnapshot, ForkLink, SignedHead } from '../../spec/ports/session-store.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import type { Ancestor } from '../projection/lineage.ts'
import type { Rewound } from '../projection/page-items.ts'

export interface MemoryTree {
  readonly tree: string
  /** Own events, ascending from `baseSeq + 1`. */
  events: Envelope[]
  base: MemoryTree | undefined
  baseSeq: number
  readonly origin: ForkLink | undefined
  readonly heads: Map<number, SignedHead>
  readonly blobs: Set<string>
  snapshot: FoldSnapshot | undefined
}

export interface MemoryLane {
  /** Counts up over the disk's life: the order in which sessions were made. */
  readonly no: number
  readonly session: string
  readonly tree: MemoryTree
  base: MemoryLane | undefined
  baseKey: number
  lineage: readonly Ancestor[]
  items: Map<number, TranscriptItem>
  rewound: Rewound[]
  row: IndexRow | undefined
}

/**
 * What survives a crash of the process that uses it: exactly what was durable. Open a new memory store on the same disk to
 * start again. A write either is here as a whole or not at all.
 */
export class MemoryDisk {
  readonly trees = new Map<string, MemoryTree>()
  readonly lanes = new Map<string, MemoryLane>()
  /** By tree; outlives it. */
  readonly money = new Map<string, TreeMoney>()
  readonly blobs = new Map<string, { readonly bytes: Uint8Array; at: number }>()
  lastLane = 0
  /** While set, every write is refused, as a full disk does. */
  full = false
}

/** Events with `after < seq ≤ upTo` through the prefix of a fork, at most `limit`, ascending. */
export function readEvents(tree: MemoryTree, after: number, upTo: number, limit: number): Envelope[] {
  const parts: Envelope[][] = []
  let end = upTo
  for (let current: MemoryTree | undefined = tree; current !== undefined && end > after; current = current.base) {
    const { events, baseSeq } = current
    parts.unshift(events.slice(Math.max(0, after - baseSeq), Math.max(0, end - baseSeq)))
    end = Math.min(end, baseSeq)
  }
  return parts.flat().slice(0, Math.max(0, limit))
}

export function headOf(tree: MemoryTree): { readonly seq: number; readonly hash: string } | undefined {
  const last = tree.events.at(-1)
  return last === undefined ? undefined : { seq: last.seq, hash: last.hash }
}
