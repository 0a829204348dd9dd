import { AppError } from '../../spec/app-error.ts'
import type { Envelope } from '../../spec/events/envelope.ts'
import { isErased } from '../../spec/events/session-event.ts'
import { digestOf } from '../../spec/log/chain.ts'
import { canonicalJson } from '../../base/canonical-json.ts'
import { structuralTypes } from '../projection/check-batch.ts'
import { inLineage } from '../projection/lineage.ts'
import { namedBlobs } from '../projection/named-blobs.ts'
import { refoldItem, withoutDuration } from '../projection/refold-item.ts'
import type { RareWrites } from './remove-tree.ts'
import { lineageFrom } from './sessions-table.ts'
import type { Tables } from './tables.ts'
import type { TreeRow } from './trees-table.ts'

/**
 * Erases events where they are stored: of a fork's prefix, in its source. What was folded from them is folded again.
 * @throws {AppError} 'not_found' for a number that the tree does not have; 'invalid' for an event that others hang on.
 */
export function eraseEvents(tables: Tables, rare: RareWrites, tree: TreeRow, seqs: readonly number[], at: number): void {
  for (const seq of new Set(seqs)) {
    const owner = tables.trees.segments(tree, seq - 1, seq)[0]
    const [event] = tables.events.read(tree, seq - 1, seq, 1)
    if (owner === undefined || event === undefined) throw new AppError('not_found', `${tree.tree} has no event ${seq}.`)
    if (structuralTypes.has(event.type)) throw new AppError('invalid', `Event ${seq} (${event.type}) holds the order of the conversation and can not be erased. Remove the session instead.`)
    if (isErased(event.data)) continue
    eraseOne(tables, tables.trees.get(owner.no), event, at)
    dropSnapshots(tables, rare, owner.no)
  }
}

function eraseOne(tables: Tables, tree: TreeRow, event: Envelope, at: number): void {
  const { seq, data } = event
  tables.events.setData(tree.no, seq, { erased: { at, digest: digestOf(data) } })
  tables.usage.drop(tree.no, seq)
  for (const hash of namedBlobs(canonicalJson(data))) {
    if (!tables.events.mentions(tree.no, hash)) tables.blobs.drop(tree.no, hash)
  }
  for (const lane of tables.sessions.ofTree(tree.no)) {
    if (lane.session === event.session || inLineage(lineageFrom(lane), event.session, seq)) refoldLane(tables, tree, lane.no, event)
  }
}

function refoldLane(tables: Tables, tree: TreeRow, lane: number, { seq, type, turn }: Envelope): void {
  const touched = tables.items.toolsTouchedSince(lane, 0, seq - 1, seq)
  tables.items.delete(lane, seq - 1, seq)
  const item = refoldItem(tables.events.read(tree, seq - 1, seq, 1))
  if (item !== undefined) tables.items.put(lane, item)
  const end = type === 'turn.started' ? tables.items.nextEnd(lane, seq) : undefined
  if (end !== undefined && end.turn === turn) tables.items.put(lane, withoutDuration(end))
  for (const tool of touched) {
    const again = refoldItem(tables.events.read(tree, tool.key - 1, tool.changed, Number.MAX_SAFE_INTEGER))
    if (again !== undefined) tables.items.put(lane, again)
  }
  // What forks kept of their prefix came from the same events.
  for (const fork of tables.sessions.forksOf(lane)) {
    if (seq <= fork.base_key) refoldOverrides(tables, tables.trees.get(fork.tree), fork.no, seq)
  }
}

function refoldOverrides(tables: Tables, tree: TreeRow, lane: number, seq: number): void {
  for (const item of [...tables.items.own(lane, seq - 1, seq), ...tables.items.toolsTouchedSince(lane, 0, seq - 1, seq)]) {
    const again = refoldItem(tables.events.read(tree, item.key - 1, Math.max(item.key, item.changed), Number.MAX_SAFE_INTEGER))
    if (again !== undefined) tables.items.put(lane, again)
  }
  for (const fork of tables.sessions.forksOf(lane)) {
    if (seq <= fork.base_key) refoldOverrides(tables, tables.trees.get(fork.tree), fork.no, seq)
  }
}

/** A snapshot holds what was folded, erased words included: of this tree and of all that read it. */
function dropSnapshots(tables: Tables, rare: RareWrites, no: number): void {
  rare.dropSnapshot(no)
  for (const fork of tables.trees.forksOf(no)) dropSnapshots(tables, rare, fork.no)
}
