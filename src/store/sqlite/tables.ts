import type { DatabaseSync } from 'node:sqlite'
import { BlobRefs } from './blob-refs.ts'
import { EventsTable } from './events-table.ts'
import { ItemsTable } from './items-table.ts'
import { MoneyTable } from './money-table.ts'
import { SessionsTable } from './sessions-table.ts'
import { TreesTable } from './trees-table.ts'
import { UsageTable } from './usage-table.ts'
import { WordIndex } from './word-index.ts'

/** The hot path: prepared statements on one connection. */
export interface Tables {
  readonly trees: TreesTable
  readonly events: EventsTable
  readonly sessions: SessionsTable
  readonly items: ItemsTable
  readonly words: WordIndex
  readonly blobs: BlobRefs
  readonly usage: UsageTable
  readonly money: MoneyTable
}

export function prepareTables(database: DatabaseSync): Tables {
  const trees = new TreesTable(database)
  const sessions = new SessionsTable(database)
  const words = new WordIndex(database)
  return {
    trees, sessions, words,
    events: new EventsTable(database, trees),
    items: new ItemsTable(database, sessions, words),
    blobs: new BlobRefs(database),
    usage: new UsageTable(database),
    money: new MoneyTable(database),
  }
}
