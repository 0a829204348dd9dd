import type { DatabaseSync } from 'node:sqlite'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import { type ItemPage, pageItems, type Rewound, type StoredLane } from '../projection/page-items.ts'
import { openStates } from '../projection/refold-item.ts'
import { searchableText } from '../projection/search-words.ts'
import { rowId } from './schema.ts'
import type { SessionsTable } from './sessions-table.ts'
import type { WordIndex } from './word-index.ts'

interface ItemRow {
  readonly id: number
  readonly changed: number
  readonly kind: string
  readonly item: string
}

/** Reads and writes of `items` and `rewinds`. Writes run inside the commit queue. */
export class ItemsTable {
  readonly #sessions: SessionsTable
  readonly #words: WordIndex
  readonly #put
  readonly #rangeUp
  readonly #rangeDown
  readonly #touched
  readonly #changeable
  readonly #nextEnd
  readonly #delete
  readonly #searchable
  readonly #rewinds
  readonly #addRewind
  readonly #dropRewinds

  constructor(database: DatabaseSync, sessions: SessionsTable, words: WordIndex) {
    this.#sessions = sessions
    this.#words = words
    this.#put = database.prepare(`INSERT INTO items (id, changed, kind, item) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, kind = excluded.kind, item = excluded.item`)
    const range = 'SELECT id, changed, kind, item FROM items WHERE id > ? AND id <= ?'
    this.#rangeUp = database.prepare(`${range} ORDER BY id LIMIT ?`)
    this.#rangeDown = database.prepare(`${range} ORDER BY id DESC LIMIT ?`)
    this.#touched = database.prepare(`${range} AND kind = 'tool' AND changed >= ? ORDER BY id`)
    this.#changeable = database.prepare(`${range} AND kind = 'tool' AND (changed > ? OR item ->> 'state' IN (${openStates.map((state) => `'${state}'`).join(', ')})) ORDER BY id`)
    this.#nextEnd = database.prepare(`${range} AND kind = 'end' ORDER BY id LIMIT 1`)
    this.#delete = database.prepare('DELETE FROM items WHERE id > ? AND id <= ?')
    this.#searchable = database.prepare(`SELECT id FROM items WHERE id > ? AND id <= ? AND kind IN ('prompt', 'message')`)
    this.#rewinds = database.prepare('SELECT after, before FROM rewinds WHERE lane = ?')
    this.#addRewind = database.prepare('INSERT OR IGNORE INTO rewinds (lane, after, before) VALUES (?, ?, ?)')
    this.#dropRewinds = database.prepare('DELETE FROM rewinds WHERE lane = ?')
  }

  put(lane: number, item: TranscriptItem): void {
    const id = rowId(lane, item.key)
    this.#put.run(id, item.changed, item.kind, JSON.stringify(item))
    if (searchableText(item) !== undefined) this.#words.await(id)
  }

  page(lane: number, page: ItemPage): TranscriptItem[] {
    return pageItems(lane, page, (no) => this.look(no), (no, { above, upTo, limit, newest }) => this.#range(no, above, upTo, limit, newest).map(toItem))
  }

  look(no: number): StoredLane<number> {
    const { base, base_key: baseKey } = this.#sessions.get(no)
    const overrides = base === null ? [] : this.#range(no, 0, baseKey, -1, false).map(toItem)
    return { ...(base === null ? {} : { base }), baseKey, rewound: this.rewound(no), overrides: new Map(overrides.map((item) => [item.key, item])) }
  }

  /** Items of one lane, as stored, ascending. */
  own(lane: number, above: number, upTo: number): TranscriptItem[] {
    return this.#range(lane, above, upTo, -1, false).map(toItem)
  }

  /** Tool calls of `above < key ≤ upTo` that event `seq` or a later one changed. */
  toolsTouchedSince(lane: number, above: number, upTo: number, seq: number): TranscriptItem[] {
    // Proof: the columns are those of ItemRow.
    return (this.#touched.all(rowId(lane, above), rowId(lane, upTo), seq) as unknown as ItemRow[]).map(toItem)
  }

  /** Items up to `seq` that a later event changed, or still can change. */
  changeable(lane: number, seq: number): TranscriptItem[] {
    return pageItems(lane, { before: seq + 1, limit: Number.MAX_SAFE_INTEGER, withRewound: true }, (no) => this.look(no), (no, { above, upTo }) =>
      // Proof: the columns are those of ItemRow.
      (this.#changeable.all(rowId(no, above), rowId(no, upTo), seq) as unknown as ItemRow[]).map(toItem))
  }

  /** The first end of a turn after `key`. */
  nextEnd(lane: number, key: number): TranscriptItem | undefined {
    // Proof: the columns are those of ItemRow.
    const row = this.#nextEnd.get(rowId(lane, key), rowId(lane, Number.MAX_SAFE_INTEGER)) as unknown as ItemRow | undefined
    return row === undefined ? undefined : toItem(row)
  }

  rewound(lane: number): Rewound[] {
    // Proof: the columns are those of Rewound.
    return this.#rewinds.all(lane) as unknown as Rewound[]
  }

  /** Rewound words can not be found any more. */
  rewind(lane: number, range: Rewound): void {
    this.#addRewind.run(lane, range.after, range.before)
    this.#dropWords(lane, range.after, range.before - 1)
  }

  delete(lane: number, above: number, upTo: number): void {
    this.#dropWords(lane, above, upTo)
    this.#delete.run(rowId(lane, above), rowId(lane, upTo))
  }

  dropRewinds(lane: number): void {
    this.#dropRewinds.run(lane)
  }

  #dropWords(lane: number, above: number, upTo: number): void {
    for (const row of this.#searchable.all(rowId(lane, above), rowId(lane, upTo))) this.#words.drop(Number(row.id))
  }

  #range(lane: number, above: number, upTo: number, limit: number, newest: boolean): ItemRow[] {
    const statement = newest ? this.#rangeDown : this.#rangeUp
    // Proof: the columns are those of ItemRow.
    return statement.all(rowId(lane, above), rowId(lane, upTo), limit) as unknown as ItemRow[]
  }
}

function toItem(row: ItemRow): TranscriptItem {
  // Proof: written by `put` from a TranscriptItem.
  return JSON.parse(row.item) as TranscriptItem
}
