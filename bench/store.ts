import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { genesis, type Envelope } from '../src/spec/events/envelope.ts'
import { chainEvent } from '../src/spec/log/chain.ts'
import { noFaults } from '../src/spec/ports/faults.ts'
import { emptyView } from '../src/spec/view/apply-event.ts'
import { rowOf } from '../src/spec/view/index-row.ts'
import { openSqliteStore } from '../src/store/sqlite/open-sqlite-store.ts'
import { realClock } from '../test/support/real-clock.ts'
import { type BenchRow, percentile } from './bench-row.ts'

const rows = 10_000
const text = 'x'.repeat(800)

/** V5: durable appends of about 1 KiB, one tree and 100 trees, beside raw inserts of the same durability; V12: the list. */
export async function benchStore(): Promise<BenchRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-bench-'))
  const floor = rawInserts(join(dir, 'raw.db'))
  const store = await openSqliteStore({ dir: join(dir, 'store'), clock: realClock, faults: noFaults })
  const one = await appends(store.sessions, 1, 'one')
  const many = await appends(store.sessions, 100, 'many')
  await fillList(store.sessions, 5_000)
  const list = await timed(200, () => store.index.list({ limit: 50 }))
  await store.close()
  const raw = rawList(join(dir, 'store', 'omni.db'))
  await rm(dir, { recursive: true, force: true })
  return [
    row('V5', 'durable appends, one tree', one, floor),
    row('V5', 'durable appends, 100 trees', many, floor),
    { id: 'V12', measure: 'list 5,000 sessions, p95', ours: list, floor: raw, unit: 'ms', bar: '≤ 10 ms', met: list <= 10 },
  ]
}

const row = (id: string, measure: string, ours: number, floor: number): BenchRow => ({ id, measure, ours, floor, unit: 'events/s', bar: '≥ 0.6 × floor', met: ours >= 0.6 * floor })

/** One insert a transaction, WAL, synchronous FULL: what a caller who waits for each event gets. */
function rawInserts(path: string): number {
  const database = new DatabaseSync(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table events (tree text, seq integer, data text, primary key (tree, seq)) without rowid')
  const insert = database.prepare('insert into events values (?, ?, ?)')
  const started = performance.now()
  for (let seq = 1; seq <= rows; seq += 1) insert.run('t', seq, text)
  const rate = rows / ((performance.now() - started) / 1_000)
  database.close()
  return rate
}

async function appends(store: Awaited<ReturnType<typeof openSqliteStore>>['sessions'], trees: number, name: string): Promise<number> {
  const heads = Array.from({ length: trees }, (_, index) => ({ tree: `ses_${name}${index}`, seq: 0, hash: genesis, at: 0 }))
  const started = performance.now()
  const writes: Promise<void>[] = []
  for (let index = 0; index < rows; index += 1) {
    const at = index % trees
    const head = heads[at] ?? { tree: '', seq: 0, hash: genesis, at: 0 }
    const event: Envelope = chainEvent(head, { session: head.tree, type: 'queue.added', by: { kind: 'user', id: 'b' }, cause: 'c', data: { prompt: `p${index}`, text } }, 1)
    heads[at] = { tree: head.tree, seq: event.seq, hash: event.hash, at: event.at }
    writes.push(store.append({ tree: head.tree, after: head.seq, events: [event], items: [], rows: [] }))
    // As a writer does: a window of work in flight, never all of it.
    if (writes.length >= 256) await Promise.all(writes.splice(0))
  }
  await Promise.all(writes)
  return rows / ((performance.now() - started) / 1_000)
}

async function fillList(store: Awaited<ReturnType<typeof openSqliteStore>>['sessions'], count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, index) => {
      const tree = `ses_list${from + index}`
      const event = chainEvent({ tree, seq: 0, hash: genesis, at: 0 }, { session: tree, type: 'queue.added', by: { kind: 'user', id: 'b' }, cause: 'c', data: { prompt: 'p', text: 't' } }, from + index)
      return store.append({ tree, after: 0, events: [event], items: [], rows: [{ ...rowOf(emptyView(tree, tree)), updatedAt: from + index, title: `Session ${from + index}` }] })
    }))
  }
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return percentile(times, 0.95)
}

function rawList(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true })
  const table = database.prepare("select name from sqlite_master where type = 'table' and sql like '%row%' and name like '%session%'").get() as { name: string } | undefined
  const list = database.prepare(`select * from ${table?.name ?? 'sqlite_master'} limit 50`)
  const times = Array.from({ length: 200 }, () => {
    const started = performance.now()
    list.all()
    return performance.now() - started
  })
  database.close()
  return percentile(times, 0.95)
}
