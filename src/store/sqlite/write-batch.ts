import { AppError } from '../../spec/app-error.ts'
import type { AppendBatch, ForkLink } from '../../spec/ports/session-store.ts'
import { checkBatch, importedOrigin } from '../projection/check-batch.ts'
import { inLineage, lineageOf } from '../projection/lineage.ts'
import { itemAtFork } from '../projection/refold-item.ts'
import { settledCalls } from '../projection/settled-calls.ts'
import { type LaneRow, lineageFrom } from './sessions-table.ts'
import type { Tables } from './tables.ts'
import type { TreeRow } from './trees-table.ts'

const usagePage = 1_000

/** Appends a batch. Runs inside the commit queue. @throws {AppError} see SessionStore.append. */
export function writeBatch(tables: Tables, batch: AppendBatch): void {
  const tree = tables.trees.find(batch.tree)
  checkBatch(batch, tree)
  const origin = importedOrigin(batch)
  const no = tree?.no ?? tables.trees.add(batch.tree, undefined, origin)
  const lanes = writeEvents(tables, no, batch)
  const root = origin === undefined ? undefined : lanes.get(batch.events.find((event) => event.tree === batch.tree)?.session ?? '')
  if (root !== undefined) tables.sessions.setBase(root.no, null, 0, lineageOf(batch.events, root.session))
  writeProjection(tables, no, batch, lanes)
}

/** Makes a fork. Runs inside the commit queue. */
export function writeFork(tables: Tables, from: ForkLink, batch: AppendBatch): void {
  const source = tables.trees.find(from.tree)
  const lane = tables.sessions.find(from.session)
  if (source === undefined || lane?.tree !== source.no) {
    throw new AppError('not_found', `There is no session ${from.session} in tree ${from.tree} to fork. It may have been removed.`)
  }
  if (tables.trees.find(batch.tree) !== undefined) throw new AppError('conflict', `Tree ${batch.tree} exists already. Use another id.`)
  const [point] = tables.events.read(source, from.seq - 1, from.seq, 1)
  if (point?.hash !== from.hash) throw new AppError('conflict', `Event ${from.seq} of ${from.tree} is not the one to fork at. Read again and retry.`)
  checkBatch(batch, from)
  const no = tables.trees.add(batch.tree, { no: source.no, seq: from.seq }, from)
  const lanes = writeEvents(tables, no, batch)
  const root = lanes.get(batch.events[0]?.session ?? '')
  if (root === undefined) throw new AppError('invalid', `A fork of ${from.tree} must begin with an event of its own tree.`)
  const lineage = [{ session: from.session, seq: from.seq }, ...lineageFrom(lane).map((ancestor) => ({ ...ancestor, seq: Math.min(ancestor.seq, from.seq) }))]
  tables.sessions.setBase(root.no, lane.no, from.seq, lineage)
  writeOverrides(tables, source, root.no, lane.no, from.seq)
  writeProjection(tables, no, batch, lanes)
}

function writeEvents(tables: Tables, no: number, batch: AppendBatch): Map<string, LaneRow> {
  const lanes = new Map<string, LaneRow>()
  for (const event of batch.events) {
    tables.events.add(no, event)
    if (event.tree === batch.tree && !lanes.has(event.session)) lanes.set(event.session, tables.sessions.ensure(event.session, no))
  }
  writeUsage(tables, no, batch)
  if (batch.money !== undefined) tables.money.put(batch.tree, batch.money)
  const last = batch.events.at(-1)
  if (last !== undefined) tables.trees.moveHead(no, last.seq, last.hash)
  return lanes
}

/** Counts the calls that these events of the tree settle. */
function writeUsage(tables: Tables, no: number, { tree, events }: Pick<AppendBatch, 'tree' | 'events'>): void {
  for (const call of settledCalls(tree, events)) tables.usage.put(no, tables.sessions.ensure(call.session, no).no, call)
}

/** Counts all settled calls of a tree again. */
export function rewriteUsage(tables: Tables, row: TreeRow): void {
  tables.usage.dropTree(row.no)
  for (let after = row.base_seq; after < row.seq; after += usagePage) {
    writeUsage(tables, row.no, { tree: row.tree, events: tables.events.read(row, after, Math.min(after + usagePage, row.seq), usagePage) })
  }
}

/** Writes items, rows and rewinds of a tree's own lanes. What belongs to no lane of it is another tree's and left there. */
export function writeProjection(tables: Tables, no: number, batch: Pick<AppendBatch, 'items' | 'rows' | 'rewound' | 'blobs'>, known: Map<string, LaneRow>): void {
  const laneOf = (session: string, key: number): number | undefined => {
    const lane = known.get(session) ?? tables.sessions.find(session)
    if (lane?.tree === no) known.set(session, lane)
    return lane?.tree === no ? lane.no : heir(tables, no, session, key)
  }
  for (const item of batch.items) {
    const lane = laneOf(item.session, item.key)
    if (lane !== undefined) tables.items.put(lane, item)
  }
  for (const { session, after, before } of batch.rewound ?? []) {
    const lane = laneOf(session, before)
    if (lane !== undefined) tables.items.rewind(lane, { after, before })
  }
  for (const row of batch.rows) {
    const lane = known.get(row.session) ?? tables.sessions.ensure(row.session, no)
    tables.sessions.setRow(lane, row)
    known.set(row.session, { ...lane, title: row.title })
  }
  tables.blobs.add(no, batch.blobs ?? [])
  tables.words.fillSome()
}

/** The lane of this tree that carries on the conversation of a lane whose tree is not here. */
function heir(tables: Tables, no: number, session: string, key: number): number | undefined {
  return tables.sessions.ofTree(no).find((lane) => inLineage(lineageFrom(lane), session, key))?.no
}

function writeOverrides(tables: Tables, source: TreeRow, lane: number, sourceLane: number, seq: number): void {
  for (const item of tables.items.changeable(sourceLane, seq)) {
    const kept = itemAtFork(item, seq, (after, upTo) => tables.events.read(source, after, upTo, Number.MAX_SAFE_INTEGER))
    if (kept !== undefined) tables.items.put(lane, kept)
  }
}
