import type { DatabaseSync } from 'node:sqlite'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import { indexText, searchableText } from '../projection/search-words.ts'

const batchSize = 64

/**
 * The full-text index of prompts and messages. Filling it in batches costs a third of filling it one by one, so new items
 * wait in `unsearched`; a search fills it up first. Everything here runs inside the commit queue, except `ids`.
 */
export class WordIndex {
  readonly #await
  readonly #waiting
  readonly #settle
  readonly #add
  readonly #drop
  readonly #match
  /** Items that came since the last filling: only a hint, the table knows. */
  #hint: number

  constructor(database: DatabaseSync) {
    this.#await = database.prepare('INSERT OR IGNORE INTO unsearched (id) VALUES (?)')
    this.#waiting = database.prepare('SELECT unsearched.id AS id, item FROM unsearched LEFT JOIN items ON items.id = unsearched.id ORDER BY unsearched.id LIMIT ?')
    this.#settle = database.prepare('DELETE FROM unsearched WHERE id = ?')
    this.#add = database.prepare('INSERT INTO item_words (rowid, words) VALUES (?, ?)')
    this.#drop = database.prepare('DELETE FROM item_words WHERE rowid = ?')
    this.#match = database.prepare('SELECT rowid AS id FROM item_words WHERE item_words MATCH ? ORDER BY rowid DESC LIMIT ?')
    this.#hint = Number(database.prepare('SELECT count(*) AS n FROM unsearched').get()?.n ?? 0)
  }

  await(id: number): void {
    this.#await.run(id)
    this.#hint += 1
  }

  drop(id: number): void {
    this.#settle.run(id)
    this.#drop.run(id)
  }

  get behind(): boolean {
    return this.#waiting.get(1) !== undefined
  }

  /** Called at the end of an append: keeps what waits short. */
  fillSome(): void {
    if (this.#hint >= batchSize) this.fill(2 * batchSize)
  }

  /** Indexes up to `limit` waiting items. Returns false when none is left. */
  fill(limit: number): boolean {
    const rows = this.#waiting.all(limit)
    for (const { id, item } of rows) {
      this.#settle.run(Number(id))
      if (typeof item !== 'string') continue
      // Proof: written from a TranscriptItem.
      const text = searchableText(JSON.parse(item) as TranscriptItem)
      this.#drop.run(Number(id))
      if (text !== undefined) this.#add.run(Number(id), indexText(text))
    }
    this.#hint = rows.length < limit ? 0 : Math.max(1, this.#hint - rows.length)
    return rows.length === limit
  }

  /** Ids of items that hold all phrases, newest session first. */
  ids(phrases: readonly (readonly string[])[], limit: number): number[] {
    return this.#match.all(matchAll(phrases), limit).map((row) => Number(row.id))
  }
}

/** Words hold letters and digits only (search-words.ts), so quoting them is always valid FTS5. */
export function matchAll(phrases: readonly (readonly string[])[]): string {
  return phrases.map((phrase) => `"${phrase.join(' ')}" *`).join(' AND ')
}
