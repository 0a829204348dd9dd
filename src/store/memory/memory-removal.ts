import { canonicalJson } from '../../base/canonical-json.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Envelope } from '../../spec/events/envelope.ts'
import { isErased } from '../../spec/events/session-event.ts'
import { noMoneySums } from '../../spec/money/money-sums.ts'
import { digestOf } from '../../spec/log/chain.ts'
import { structuralTypes } from '../projection/check-batch.ts'
import { inLineage } from '../projection/lineage.ts'
import { namedBlobs } from '../projection/named-blobs.ts'
import { refoldItem, withoutDuration } from '../projection/refold-item.ts'
import { type MemoryDisk, type MemoryLane, type MemoryTree, readEvents } from './memory-disk.ts'
import { lanesOf } from './memory-writes.ts'

/** Removes a tree. Its forks take over the part of it that they read, and read what is before at its own source. */
export function removeTree(disk: MemoryDisk, tree: MemoryTree): void {
  for (const fork of [...disk.trees.values()].filter((candidate) => candidate.base === tree)) {
    const taken = structuredClone(readEvents(tree, tree.baseSeq, fork.baseSeq, Number.MAX_SAFE_INTEGER))
    for (const hash of taken.flatMap((event) => namedBlobs(canonicalJson(event.data)))) if (tree.blobs.has(hash)) fork.blobs.add(hash)
    fork.events = [...taken, ...fork.events]
    fork.base = tree.base
    fork.baseSeq = Math.min(tree.baseSeq, fork.baseSeq)
  }
  for (const lane of lanesOf(disk, tree)) {
    for (const fork of forksOf(disk, lane)) inheritLane(lane, fork)
    disk.lanes.delete(lane.session)
  }
  disk.trees.delete(tree.tree)
  const money = disk.money.get(tree.tree)
  if (money !== undefined) disk.money.set(tree.tree, { ...money, balance: { ...money.balance, reserved: noMoneySums } })
}

function inheritLane(lane: MemoryLane, fork: MemoryLane): void {
  const inherited = [...lane.items].filter(([key]) => key <= fork.baseKey)
  // What the fork kept as it was at the fork point holds.
  fork.items = new Map([...structuredClone(inherited), ...fork.items])
  fork.rewound = [...lane.rewound.filter((range) => range.before <= fork.baseKey), ...fork.rewound]
  fork.baseKey = lane.base === undefined ? 0 : Math.min(lane.baseKey, fork.baseKey)
  fork.base = lane.base
}

function forksOf(disk: MemoryDisk, lane: MemoryLane): MemoryLane[] {
  return [...disk.lanes.values()].filter((candidate) => candidate.base === lane)
}

/** Erases events where they are stored. @throws {AppError} 'not_found', 'invalid'; nothing is changed then. */
export function eraseEvents(disk: MemoryDisk, tree: MemoryTree, seqs: readonly number[], at: number): void {
  const events = [...new Set(seqs)].map((seq) => {
    const [event] = readEvents(tree, seq - 1, seq, 1)
    if (event === undefined) throw new AppError('not_found', `${tree.tree} has no event ${seq}.`)
    if (structuralTypes.has(event.type)) throw new AppError('invalid', `Event ${seq} (${event.type}) holds the order of the conversation and can not be erased. Remove the session instead.`)
    return event
  })
  for (const event of events) if (!isErased(event.data)) eraseOne(disk, ownerOf(tree, event.seq), event, at)
}

function ownerOf(tree: MemoryTree, seq: number): MemoryTree {
  return seq <= tree.baseSeq && tree.base !== undefined ? ownerOf(tree.base, seq) : tree
}

function eraseOne(disk: MemoryDisk, tree: MemoryTree, event: Envelope, at: number): void {
  const { seq, data } = event
  tree.events[seq - tree.baseSeq - 1] = { ...event, data: { erased: { at, digest: digestOf(data) } } }
  const kept = new Set(tree.events.flatMap((other) => namedBlobs(canonicalJson(other.data))))
  for (const hash of namedBlobs(canonicalJson(data))) if (!kept.has(hash)) tree.blobs.delete(hash)
  for (const lane of lanesOf(disk, tree)) {
    if (lane.session !== event.session && !inLineage(lane.lineage, event.session, seq)) continue
    refoldLane(disk, lane, seq, true)
    const end = [...lane.items.values()].find((item) => item.kind === 'end' && item.key > seq && item.turn === event.turn)
    if (event.type === 'turn.started' && end !== undefined) lane.items.set(end.key, withoutDuration(end))
  }
  dropSnapshots(disk, tree)
}

function refoldLane(disk: MemoryDisk, lane: MemoryLane, seq: number, owns: boolean): void {
  const read = (after: number, upTo: number) => readEvents(lane.tree, after, upTo, Number.MAX_SAFE_INTEGER)
  const touched = [...lane.items.values()].filter((item) => item.key < seq && item.changed >= seq && item.kind === 'tool')
  const opened = owns || lane.items.has(seq) ? refoldItem(read(seq - 1, seq)) : undefined
  const again = [opened, ...touched.map((item) => refoldItem(read(item.key - 1, item.changed)))]
  for (const item of again) if (item !== undefined) lane.items.set(item.key, item)
  for (const fork of forksOf(disk, lane)) if (seq <= fork.baseKey) refoldLane(disk, fork, seq, false)
}

/** A snapshot holds what was folded, erased words included: of this tree and of all that read it. */
function dropSnapshots(disk: MemoryDisk, tree: MemoryTree): void {
  tree.snapshot = undefined
  for (const fork of disk.trees.values()) if (fork.base === tree) dropSnapshots(disk, fork)
}
