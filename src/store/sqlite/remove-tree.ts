import { namedBlobs } from '../projection/named-blobs.ts'
import { type LaneRow, lineageFrom } from './sessions-table.ts'
import type { Tables } from './tables.ts'
import type { TreeRow } from './trees-table.ts'

/** What is not in `Tables`: statements of rare writes. */
export interface RareWrites {
  setTreeBase(no: number, base: number | null, seq: number): void
  /** Deletes the rows of `trees`, `events`, `sessions`, `heads` and `snapshots`. */
  deleteTree(no: number): void
  dropSnapshot(no: number): void
}

/** Removes a tree. Its forks take over the part of it that they read, and read what is before at its own source. */
export function removeTree(tables: Tables, rare: RareWrites, tree: TreeRow): void {
  for (const fork of tables.trees.forksOf(tree.no)) {
    tables.events.copy(tree.no, fork.no, tree.base_seq, Math.max(tree.base_seq, fork.base_seq))
    const held = new Set(tables.blobs.ofTree(tree.no))
    const named = tables.events.dataTexts(fork.no, tree.base_seq, fork.base_seq).flatMap((event) => namedBlobs(event.data))
    tables.blobs.add(fork.no, named.filter((hash) => held.has(hash)))
    rare.setTreeBase(fork.no, tree.base, tree.base === null ? 0 : Math.min(tree.base_seq, fork.base_seq))
  }
  for (const lane of tables.sessions.ofTree(tree.no)) {
    for (const fork of tables.sessions.forksOf(lane.no)) inheritLane(tables, lane, fork)
    tables.items.delete(lane.no, 0, Number.MAX_SAFE_INTEGER)
    tables.items.dropRewinds(lane.no)
    tables.sessions.dropTitle(lane.no)
  }
  tables.blobs.dropTree(tree.no)
  tables.usage.dropTree(tree.no)
  tables.money.free(tree.tree)
  rare.deleteTree(tree.no)
}

function inheritLane(tables: Tables, lane: LaneRow, fork: LaneRow): void {
  const overrides = new Set(tables.items.own(fork.no, 0, fork.base_key).map((item) => item.key))
  for (const item of tables.items.own(lane.no, 0, fork.base_key)) {
    // Overrides of the removed lane hold for its heir too, unless that has its own.
    if (!overrides.has(item.key)) tables.items.put(fork.no, item)
  }
  const ranges = tables.items.rewound(lane.no).filter((range) => range.before <= fork.base_key)
  for (const range of [...ranges, ...tables.items.rewound(fork.no)]) tables.items.rewind(fork.no, range)
  tables.sessions.setBase(fork.no, lane.base, lane.base === null ? 0 : Math.min(lane.base_key, fork.base_key), lineageFrom(fork))
}
