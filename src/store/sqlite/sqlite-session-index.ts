import { type Kysely, sql } from 'kysely'
import type { AskUsage, UsageReport } from '../../spec/api/usage.ts'
import { TreeMoney } from '../../spec/money/money-sums.ts'
import type { ListQuery, SearchHit, SessionIndex } from '../../spec/ports/session-store.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import { readCursor, writeCursor } from '../projection/list-cursor.ts'
import { excerptOf, phrasesOf, searchableText } from '../projection/search-words.ts'
import type { CommitQueue } from './commit-queue.ts'
import { numberOf, type StoreTables } from './schema.ts'
import { readUsage } from './read-usage.ts'
import { matchAll, type WordIndex } from './word-index.ts'

const fillAtOnce = 500

export interface IndexParts {
  readonly db: Kysely<StoreTables>
  readonly words: WordIndex
  readonly queue: CommitQueue
  report(problem: string, cause: unknown): void
}

/** List, search and usage. Every condition is in the WHERE of one statement; rows are parsed only when they are handed out. */
export class SqliteSessionIndex implements SessionIndex {
  readonly #parts: IndexParts

  constructor(parts: IndexParts) {
    this.#parts = parts
  }

  async list(query: ListQuery): Promise<{ readonly rows: readonly IndexRow[]; readonly next?: string }> {
    const phrases = phrasesOf(query.text ?? '')
    if (phrases.length === 0 && (query.text ?? '').trim() !== '') return { rows: [] }
    if (phrases.length > 0) await this.#fillWords()
    const found = await this.#select(query, phrases).execute()
    const rows = found.slice(0, query.limit)
    const last = rows.at(-1)
    const next = found.length > rows.length && last !== undefined ? { next: writeCursor([last.updated_at, last.no]) } : {}
    return { rows: rows.map((row) => toRow(row.row)), ...next }
  }

  async row(session: string): Promise<IndexRow | undefined> {
    const found = await this.#parts.db.selectFrom('sessions').select('row').where('session', '=', session).where('row', 'is not', null).executeTakeFirst()
    return found === undefined ? undefined : toRow(found.row)
  }

  async active(): Promise<readonly string[]> {
    const found = await this.#parts.db.selectFrom('sessions').innerJoin('trees', 'trees.no', 'sessions.tree')
      .select('trees.tree').distinct().where('sessions.active', '=', sql.lit(1)).orderBy('trees.no').execute()
    return found.map((row) => row.tree)
  }

  async search(text: string, limit: number): Promise<readonly SearchHit[]> {
    const phrases = phrasesOf(text)
    if (phrases.length === 0 || limit <= 0) return []
    await this.#fillWords()
    const titles = await this.#titleHits(phrases, limit)
    if (titles.length >= limit) return titles
    return [...titles, ...(await this.#itemHits(phrases, limit - titles.length))]
  }

  usage(query: AskUsage): Promise<UsageReport> {
    return readUsage(this.#parts.db, query)
  }

  async money(): Promise<readonly { readonly tree: string; readonly money: TreeMoney }[]> {
    const rows = await this.#parts.db.selectFrom('money').select(['tree', 'money']).execute()
    return rows.map(({ tree, money }) => ({ tree, money: TreeMoney.parse(JSON.parse(money)) }))
  }

  #select(query: ListQuery, phrases: readonly (readonly string[])[]) {
    const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor)
    return this.#parts.db.selectFrom('sessions').select(['no', 'updated_at', 'row']).where('row', 'is not', null)
      .$if(query.archived !== undefined, (select) => select.where('archived', '=', Number(query.archived)))
      .$if(cursor !== undefined, (select) => select.where(sql<boolean>`(updated_at, no) < (${cursor?.[0]}, ${cursor?.[1]})`))
      .$if(query.label !== undefined, (select) => select.where(hasLabel(query.label ?? { name: '' })))
      .$if(phrases.length > 0, (select) => phrases.reduce((narrowed, phrase) => narrowed.where(holdsPhrase(phrase)), select))
      .orderBy('updated_at', 'desc').orderBy('no', 'desc').limit(query.limit + 1)
  }

  async #titleHits(phrases: readonly (readonly string[])[], limit: number): Promise<SearchHit[]> {
    const found = await this.#parts.db.selectFrom('sessions').select(['session', 'title']).where('row', 'is not', null)
      .where(sql<boolean>`no IN (SELECT rowid FROM title_words WHERE title_words MATCH ${matchAll(phrases)})`)
      .orderBy('no', 'desc').limit(limit).execute()
    return found.map(({ session, title }) => ({ session, title, key: 0, excerpt: excerptOf(title, phrases) }))
  }

  async #itemHits(phrases: readonly (readonly string[])[], limit: number): Promise<SearchHit[]> {
    const ids = this.#parts.words.ids(phrases, limit)
    const found = await sql<{ id: number; session: string; title: string; item: string }>`
      SELECT items.id AS id, session, title, item FROM items JOIN sessions ON sessions.no = items.id >> 30
      WHERE items.id IN (${sql.join(ids)}) ORDER BY items.id DESC`.execute(this.#parts.db)
    return found.rows.map(({ id, session, title, item }) => {
      // Proof: written from a TranscriptItem.
      const text = searchableText(JSON.parse(item) as TranscriptItem) ?? ''
      return { session, title, key: numberOf(id), excerpt: excerptOf(text, phrases) }
    })
  }

  /** A disk that is full stops new words from being found, not old ones. */
  async #fillWords(): Promise<void> {
    const { words, queue, report } = this.#parts
    if (!words.behind) return
    try {
      while (await queue.run(fillAtOnce, () => words.fill(fillAtOnce)));
    } catch (error) {
      report('filling the search index', error)
    }
  }
}

function hasLabel(label: { readonly name: string; readonly value?: string }) {
  const value = label.value === undefined ? sql`` : sql`AND value = ${label.value}`
  return sql<boolean>`EXISTS (SELECT 1 FROM json_each(sessions.row, '$.labels') WHERE key = ${label.name} ${value})`
}

/** In the title or anywhere in the transcript. */
function holdsPhrase(phrase: readonly string[]) {
  const match = matchAll([phrase])
  return sql<boolean>`no IN (SELECT rowid FROM title_words WHERE title_words MATCH ${match} UNION SELECT rowid >> 30 FROM item_words WHERE item_words MATCH ${match})`
}

function toRow(row: string | null): IndexRow {
  // Proof: written from an IndexRow; rows without one are not selected.
  return JSON.parse(row ?? '') as IndexRow
}
