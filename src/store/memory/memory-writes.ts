import { AppError } from '../../spec/app-error.ts'
import type { AppendBatch, ForkLink } from '../../spec/ports/session-store.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import { checkBatch, importedOrigin } from '../projection/check-batch.ts'
import { inLineage, lineageOf } from '../projection/lineage.ts'
import { type ItemPage, pageItems, type Rewound } from '../projection/page-items.ts'
import { itemAtFork } from '../projection/refold-item.ts'
import { headOf, type MemoryDisk, type MemoryLane, type MemoryTree, readEvents } from './memory-disk.ts'

/** Checks everything first, then changes the disk: a write that throws has changed nothing. */
export function appendBatch(disk: MemoryDisk, batch: AppendBatch): void {
  const found = disk.trees.get(batch.tree)
  checkBatch(batch, found === undefined ? undefined : headOf(found))
  const origin = importedOrigin(batch)
  const tree = found ?? newTree(batch.tree, undefined, 0, origin)
  checkLanes(disk, batch, tree)
  const root = writeEvents(disk, tree, batch)
  if (origin !== undefined && root !== undefined) root.lineage = lineageOf(batch.events, root.session)
  writeProjection(disk, tree, batch)
}

export function forkTree(disk: MemoryDisk, from: ForkLink, batch: AppendBatch): void {
  const source = disk.trees.get(from.tree)
  const lane = disk.lanes.get(from.session)
  if (source === undefined || lane?.tree !== source) {
    throw new AppError('not_found', `There is no session ${from.session} in tree ${from.tree} to fork. It may have been removed.`)
  }
  if (disk.trees.has(batch.tree)) throw new AppError('conflict', `Tree ${batch.tree} exists already. Use another id.`)
  const [point] = readEvents(source, from.seq - 1, from.seq, 1)
  if (point?.hash !== from.hash) throw new AppError('conflict', `Event ${from.seq} of ${from.tree} is not the one to fork at. Read again and retry.`)
  checkBatch(batch, from)
  const tree = newTree(batch.tree, source, from.seq, from)
  checkLanes(disk, batch, tree)
  const root = writeEvents(disk, tree, batch)
  if (root === undefined) throw new AppError('invalid', `A fork of ${from.tree} must begin with an event of its own tree.`)
  root.base = lane
  root.baseKey = from.seq
  root.lineage = [{ session: from.session, seq: from.seq }, ...lane.lineage.map((ancestor) => ({ ...ancestor, seq: Math.min(ancestor.seq, from.seq) }))]
  for (const item of pageLane(lane, { before: from.seq + 1, limit: Number.MAX_SAFE_INTEGER, withRewound: true })) {
    const kept = itemAtFork(item, from.seq, (after, upTo) => readEvents(source, after, upTo, Number.MAX_SAFE_INTEGER))
    if (kept !== undefined) root.items.set(kept.key, kept)
  }
  writeProjection(disk, tree, batch)
}

function newTree(tree: string, base: MemoryTree | undefined, baseSeq: number, origin: ForkLink | undefined): MemoryTree {
  return { tree, events: [], base, baseSeq, origin, heads: new Map(), blobs: new Set(), snapshot: undefined }
}

function checkLanes(disk: MemoryDisk, batch: AppendBatch, tree: MemoryTree): void {
  const sessions = [...batch.events.filter((event) => event.tree === batch.tree), ...batch.rows].map((named) => named.session)
  for (const session of sessions) {
    const lane = disk.lanes.get(session)
    if (lane !== undefined && lane.tree !== tree) throw new AppError('conflict', `Session ${session} belongs to another tree. Use another id.`)
  }
}

/** Answers the lane of the first own event. */
function writeEvents(disk: MemoryDisk, tree: MemoryTree, batch: AppendBatch): MemoryLane | undefined {
  disk.trees.set(tree.tree, tree)
  // Kept as text is kept: what the caller changes later does not change the disk.
  tree.events.push(...structuredClone([...batch.events]))
  if (batch.money !== undefined) disk.money.set(batch.tree, structuredClone(batch.money))
  const own = batch.events.filter((event) => event.tree === batch.tree)
  return own.map((event) => ensureLane(disk, tree, event.session))[0]
}

function ensureLane(disk: MemoryDisk, tree: MemoryTree, session: string): MemoryLane {
  const found = disk.lanes.get(session)
  if (found !== undefined) return found
  disk.lastLane += 1
  const lane: MemoryLane = { no: disk.lastLane, session, tree, base: undefined, baseKey: 0, lineage: [], items: new Map(), rewound: [], row: undefined }
  disk.lanes.set(session, lane)
  return lane
}

/** What belongs to no lane of the tree is another tree's and left there. */
export function writeProjection(disk: MemoryDisk, tree: MemoryTree, batch: Pick<AppendBatch, 'items' | 'rows' | 'rewound' | 'blobs'>): void {
  const lanes = lanesOf(disk, tree)
  const laneOf = (session: string, key: number) =>
    lanes.find((lane) => lane.session === session) ?? lanes.find((lane) => inLineage(lane.lineage, session, key))
  for (const item of structuredClone([...batch.items])) laneOf(item.session, item.key)?.items.set(item.key, item)
  for (const { session, after, before } of batch.rewound ?? []) laneOf(session, before)?.rewound.push({ after, before })
  for (const row of structuredClone([...batch.rows])) ensureLane(disk, tree, row.session).row = row
  for (const hash of batch.blobs ?? []) tree.blobs.add(hash)
}

export function lanesOf(disk: MemoryDisk, tree: MemoryTree): MemoryLane[] {
  return [...disk.lanes.values()].filter((lane) => lane.tree === tree)
}

export function pageLane(lane: MemoryLane, page: ItemPage): TranscriptItem[] {
  const overrides = (from: MemoryLane) => new Map(from.base === undefined ? [] : [...from.items].filter(([key]) => key <= from.baseKey))
  return pageItems<MemoryLane>(
    lane, page,
    (from) => ({ ...(from.base === undefined ? {} : { base: from.base }), baseKey: from.baseKey, rewound: from.rewound satisfies Rewound[], overrides: overrides(from) }),
    (from, { above, upTo, limit, newest }) => {
      const items = [...from.items.values()].filter((item) => item.key > above && item.key <= upTo).toSorted((left, right) => left.key - right.key)
      return newest ? items.toReversed().slice(0, limit) : items.slice(0, limit)
    },
  )
}
