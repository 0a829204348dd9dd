import type { DatabaseSync } from 'node:sqlite'
import { canonicalJson } from '../../base/canonical-json.ts'
import type { Envelope } from '../../spec/events/envelope.ts'
import { numberOf, rowId } from './schema.ts'
import type { TreeRow, TreesTable } from './trees-table.ts'

interface EventRow {
  readonly id: number
  readonly head: string
  readonly data: string
  readonly prev: string
  readonly hash: string
}

/** Reads and writes of `events`. Writes run inside the commit queue. */
export class EventsTable {
  readonly #trees: TreesTable
  readonly #insert
  readonly #range
  readonly #setData
  readonly #copy
  readonly #mentions

  constructor(database: DatabaseSync, trees: TreesTable) {
    this.#trees = trees
    this.#insert = database.prepare('INSERT INTO events (id, head, data, prev, hash) VALUES (?, ?, ?, ?, ?)')
    this.#range = database.prepare('SELECT id, head, data, prev, hash FROM events WHERE id > ? AND id <= ? ORDER BY id LIMIT ?')
    this.#setData = database.prepare('UPDATE events SET data = ? WHERE id = ?')
    this.#copy = database.prepare('INSERT INTO events SELECT id - ? + ?, head, data, prev, hash FROM events WHERE id > ? AND id <= ?')
    this.#mentions = database.prepare('SELECT 1 FROM events WHERE id > ? AND id <= ? AND instr(data, ?) > 0 LIMIT 1')
  }

  add(no: number, event: Envelope): void {
    const { data, prev, hash, ...head } = event
    this.#insert.run(rowId(no, event.seq), canonicalJson(head), canonicalJson(data), prev, hash)
  }

  /** Events with `after < seq ≤ upTo`, through the prefix of a fork, at most `limit`. */
  read(tree: TreeRow, after: number, upTo: number, limit: number): Envelope[] {
    const events: Envelope[] = []
    for (const segment of this.#trees.segments(tree, after, upTo)) {
      const rows = this.#rows(segment.no, segment.above, segment.upTo, limit - events.length)
      events.push(...rows.map(toEnvelope))
      if (events.length >= limit) break
    }
    return events
  }

  /** Numbers and canonical data texts of a tree's own events. */
  dataTexts(no: number, above: number, upTo: number): { seq: number; data: string }[] {
    return this.#rows(no, above, upTo, -1).map((row) => ({ seq: numberOf(row.id), data: row.data }))
  }

  setData(no: number, seq: number, data: unknown): void {
    this.#setData.run(canonicalJson(data), rowId(no, seq))
  }

  copy(from: number, to: number, above: number, upTo: number): void {
    this.#copy.run(rowId(from, 0), rowId(to, 0), rowId(from, above), rowId(from, upTo))
  }

  mentions(no: number, text: string): boolean {
    return this.#mentions.get(rowId(no, 0), rowId(no + 1, 0), text) !== undefined
  }

  #rows(no: number, above: number, upTo: number, limit: number): EventRow[] {
    // Proof: the columns are those of EventRow.
    return this.#range.all(rowId(no, above), rowId(no, upTo), limit) as unknown as EventRow[]
  }
}

function toEnvelope(row: EventRow): Envelope {
  // Proof: written by `add` from an Envelope.
  return { ...(JSON.parse(row.head) as Omit<Envelope, 'data' | 'prev' | 'hash'>), data: JSON.parse(row.data) as unknown, prev: row.prev, hash: row.hash }
}
