import type { AskUsage, UsageReport } from '../../spec/api/usage.ts'
import type { TreeMoney } from '../../spec/money/money-sums.ts'
import type { ListQuery, SearchHit, SessionIndex } from '../../spec/ports/session-store.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'
import { isActive, readCursor, writeCursor } from '../projection/list-cursor.ts'
import { excerptOf, findPhrase, phrasesOf, searchableText, wordsOf } from '../projection/search-words.ts'
import type { MemoryDisk, MemoryLane } from './memory-disk.ts'
import { memoryUsage } from './memory-usage.ts'

type Listed = MemoryLane & { readonly row: IndexRow }

/** List and search by looking at everything: right, and fast enough for tests and simulations. */
export class MemorySessionIndex implements SessionIndex {
  readonly #disk: MemoryDisk

  constructor(disk: MemoryDisk) {
    this.#disk = disk
  }

  async list(query: ListQuery): Promise<{ readonly rows: readonly IndexRow[]; readonly next?: string }> {
    const phrases = phrasesOf(query.text ?? '')
    if (phrases.length === 0 && (query.text ?? '').trim() !== '') return { rows: [] }
    const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor)
    const lanes = this.#listed()
      .filter((lane) => query.archived === undefined || lane.row.archived === query.archived)
      .filter((lane) => query.label === undefined || hasLabel(lane.row, query.label))
      .filter((lane) => phrases.every((phrase) => [lane.row.title, ...textsOf(lane).values()].some((text) => findPhrase(wordsOf(text), phrase) !== -1)))
      .filter((lane) => cursor === undefined || lane.row.updatedAt < cursor[0] || (lane.row.updatedAt === cursor[0] && lane.no < cursor[1]))
      .toSorted((left, right) => right.row.updatedAt - left.row.updatedAt || right.no - left.no)
    const page = lanes.slice(0, query.limit)
    const last = page.at(-1)
    const next = lanes.length > page.length && last !== undefined ? { next: writeCursor([last.row.updatedAt, last.no]) } : {}
    return { rows: page.map((lane) => lane.row), ...next }
  }

  async row(session: string): Promise<IndexRow | undefined> {
    return this.#disk.lanes.get(session)?.row
  }

  async active(): Promise<readonly string[]> {
    return [...new Set(this.#listed().filter((lane) => isActive(lane.row)).map((lane) => lane.tree.tree))]
  }

  async search(text: string, limit: number): Promise<readonly SearchHit[]> {
    const phrases = phrasesOf(text)
    if (phrases.length === 0) return []
    const holds = (candidate: string) => phrases.every((phrase) => findPhrase(wordsOf(candidate), phrase) !== -1)
    const lanes = this.#listed().toSorted((left, right) => right.no - left.no)
    const titles = lanes.filter((lane) => holds(lane.row.title)).map((lane) => hit(lane, 0, lane.row.title, phrases))
    const items = lanes.flatMap((lane) => [...textsOf(lane)].toReversed().filter(([, found]) => holds(found)).map(([key, found]) => hit(lane, key, found, phrases)))
    return [...titles, ...items].slice(0, Math.max(0, limit))
  }

  async usage(query: AskUsage): Promise<UsageReport> {
    return memoryUsage(this.#disk, query)
  }

  async money(): Promise<readonly { readonly tree: string; readonly money: TreeMoney }[]> {
    return [...this.#disk.money].map(([tree, money]) => ({ tree, money: structuredClone(money) }))
  }

  #listed(): Listed[] {
    return [...this.#disk.lanes.values()].filter((lane): lane is Listed => lane.row !== undefined)
  }
}

function hit(lane: Listed, key: number, text: string, phrases: string[][]): SearchHit {
  return { session: lane.session, title: lane.row.title, key, excerpt: excerptOf(text, phrases) }
}

/** A lane's own texts that can be found, by key, ascending; the prefix of a fork is found in its source. */
function textsOf(lane: MemoryLane): Map<number, string> {
  const texts = new Map<number, string>()
  for (const item of [...lane.items.values()].toSorted((left, right) => left.key - right.key)) {
    const text = searchableText(item)
    const hidden = lane.rewound.some((range) => range.after < item.key && item.key < range.before)
    if (text !== undefined && !hidden) texts.set(item.key, text)
  }
  return texts
}

function hasLabel(row: IndexRow, label: { readonly name: string; readonly value?: string }): boolean {
  return Object.hasOwn(row.labels, label.name) && (label.value === undefined || row.labels[label.name] === label.value)
}
