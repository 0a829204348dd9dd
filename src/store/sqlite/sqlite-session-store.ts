import type { DatabaseSync } from 'node:sqlite'
import type { Envelope } from '../../spec/events/envelope.ts'
import { AppError } from '../../spec/app-error.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { AppendBatch, FoldSnapshot, ForkLink, SessionStore, SignedHead } from '../../spec/ports/session-store.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import type { ItemPage } from '../projection/page-items.ts'
import type { CommitQueue } from './commit-queue.ts'
import { explainDatabaseError } from './database-error.ts'
import { eraseEvents } from './erase-events.ts'
import { RareStatements } from './rare-statements.ts'
import { removeTree } from './remove-tree.ts'
import type { Tables } from './tables.ts'
import type { TreeRow } from './trees-table.ts'
import { rewriteUsage, writeBatch, writeFork, writeProjection } from './write-batch.ts'

export interface StoreParts {
  readonly database: DatabaseSync
  /** Of the file, for messages. */
  readonly path: string
  readonly tables: Tables
  readonly queue: CommitQueue
  readonly faults: ReachFault
}

/** The log in SQLite. Reads are synchronous underneath and see committed state only; every write goes through the queue. */
export class SqliteSessionStore implements SessionStore {
  readonly #parts: StoreParts
  readonly #tables: Tables
  readonly #rare: RareStatements

  constructor(parts: StoreParts) {
    this.#parts = parts
    this.#tables = parts.tables
    this.#rare = new RareStatements(parts.database)
  }

  append(batch: AppendBatch): Promise<void> {
    return this.#write(batch, () => writeBatch(this.#tables, batch))
  }

  fork(from: ForkLink, batch: AppendBatch): Promise<void> {
    return this.#write(batch, () => writeFork(this.#tables, from, batch))
  }

  read(tree: string, after: number, limit: number): Promise<readonly Envelope[]> {
    return this.#look(() => {
      const row = this.#tables.trees.find(tree)
      return row === undefined || limit <= 0 ? [] : this.#tables.events.read(row, after, row.seq, limit)
    })
  }

  head(tree: string): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
    return this.#look(() => {
      const row = this.#tables.trees.find(tree)
      return row === undefined ? undefined : { seq: row.seq, hash: row.hash }
    })
  }

  origin(tree: string): Promise<ForkLink | undefined> {
    return this.#look(() => {
      const origin = this.#tables.trees.find(tree)?.origin
      // Proof: written from a ForkLink.
      return origin === null || origin === undefined ? undefined : (JSON.parse(origin) as ForkLink)
    })
  }

  trees(): Promise<readonly string[]> {
    return this.#look(() => this.#rare.trees())
  }

  treeOf(session: string): Promise<string | undefined> {
    return this.#look(() => {
      const lane = this.#tables.sessions.find(session)
      return lane === undefined ? undefined : this.#tables.trees.get(lane.tree).tree
    })
  }

  items(session: string, page: ItemPage): Promise<readonly TranscriptItem[]> {
    return this.#look(() => {
      const lane = this.#tables.sessions.find(session)
      return lane === undefined ? [] : this.#tables.items.page(lane.no, page)
    })
  }

  erase(tree: string, seqs: readonly number[], at: number): Promise<void> {
    return this.#parts.queue.run(seqs.length, () => eraseEvents(this.#tables, this.#rare, this.#need(tree), seqs, at))
  }

  remove(tree: string): Promise<void> {
    return this.#parts.queue.run(1, () => {
      const row = this.#tables.trees.find(tree)
      if (row !== undefined) removeTree(this.#tables, this.#rare, row)
    })
  }

  reindex(tree: string, projection: Pick<AppendBatch, 'items' | 'rows' | 'rewound'>): Promise<void> {
    return this.#parts.queue.run(projection.items.length, () => {
      const row = this.#need(tree)
      for (const lane of this.#tables.sessions.ofTree(row.no)) {
        this.#tables.items.delete(lane.no, lane.base_key, Number.MAX_SAFE_INTEGER)
        this.#tables.items.dropRewinds(lane.no)
      }
      // The prefix of a fork is its source's to index.
      const items = projection.items.filter((item) => item.key > row.base_seq)
      writeProjection(this.#tables, row.no, { ...projection, items }, new Map())
      rewriteUsage(this.#tables, row)
    })
  }

  saveHead(head: SignedHead): Promise<void> {
    return this.#parts.queue.run(1, () => this.#rare.saveHead(this.#need(head.tree).no, head))
  }

  signedHeads(tree: string): Promise<readonly SignedHead[]> {
    return this.#look(() => this.#rare.signedHeads(this.#tables.trees.find(tree)?.no ?? 0))
  }

  saveSnapshot(tree: string, snapshot: FoldSnapshot): Promise<void> {
    return this.#parts.queue.run(1, () => this.#rare.saveSnapshot(this.#need(tree).no, snapshot))
  }

  snapshot(tree: string): Promise<FoldSnapshot | undefined> {
    return this.#look(() => this.#rare.snapshot(this.#tables.trees.find(tree)?.no ?? 0))
  }

  close(): Promise<void> {
    return this.#look(() => {
      if (!this.#parts.database.isOpen) return
      this.#parts.queue.close()
      this.#parts.database.close()
    })
  }

  async #write(batch: AppendBatch, job: () => void): Promise<void> {
    this.#parts.faults('store.append.before')
    await this.#parts.queue.run(batch.events.length + batch.items.length + batch.rows.length, job)
    this.#parts.faults('store.append.after')
  }

  #need(tree: string): TreeRow {
    const row = this.#tables.trees.find(tree)
    if (row === undefined) throw new AppError('not_found', `There is no session tree ${tree}. It may have been removed.`)
    return row
  }

  async #look<Result>(read: () => Result): Promise<Result> {
    try {
      return read()
    } catch (error) {
      throw explainDatabaseError(error, this.#parts.path)
    }
  }
}
