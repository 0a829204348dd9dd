import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Clock } from '../../spec/ports/clock.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { BlobStore, SessionIndex, SessionStore } from '../../spec/ports/session-store.ts'
import { DiskBlobStore } from '../blobs/disk-blob-store.ts'
import { CommitQueue } from './commit-queue.ts'
import { explainDatabaseError } from './database-error.ts'
import { migrate } from './migrate.ts'
import { nodeDialect } from './node-dialect.ts'
import { openDatabase } from './open-database.ts'
import type { StoreTables } from './schema.ts'
import { SqliteSessionIndex } from './sqlite-session-index.ts'
import { SqliteSessionStore } from './sqlite-session-store.ts'
import { prepareTables } from './tables.ts'

export interface SqliteStoreOptions {
  /** Holds `omni.db` and `blobs/`. Made when it is missing. */
  readonly dir: string
  readonly clock: Clock
  readonly faults: ReachFault
  /** Hears of problems that no caller waits for. */
  log?(problem: string, cause: unknown): void
  /** Given the open connection first; tests make it refuse writes. */
  onOpen?(database: DatabaseSync): void
}

export interface OpenStore {
  readonly sessions: SessionStore
  readonly index: SessionIndex
  readonly blobs: BlobStore
  close(): Promise<void>
}

/**
 * Opens the store for this process alone.
 * @throws {AppError} 'unavailable' when another process has it or the disk refuses; 'unsupported' for a newer or foreign file.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<OpenStore> {
  const { dir, clock, faults } = options
  const path = join(dir, 'omni.db')
  const database = openDatabase(path)
  try {
    const db = new Kysely<StoreTables>({ dialect: nodeDialect(database) })
    await migrate(db, path)
    options.onOpen?.(database)
    const tables = prepareTables(database)
    const queue = new CommitQueue(database, path)
    const blobs = new DiskBlobStore({ dir: join(dir, 'blobs'), clock, faults, isNamed: (hash) => tables.blobs.has(hash) })
    await blobs.prepare()
    const sessions = new SqliteSessionStore({ database, path, tables, queue, faults })
    const index = new SqliteSessionIndex({ db, words: tables.words, queue, report: options.log ?? (() => undefined) })
    return { sessions, index, blobs, close: () => sessions.close() }
  } catch (error) {
    database.close()
    throw explainDatabaseError(error, path)
  }
}
