import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { explainDatabaseError } from './database-error.ts'

/**
 * Opens the database file for one process alone. The lock is the kernel's, so it ends with the process, however that ends.
 * @throws {AppError} 'unavailable' when another process has it or it can not be written; 'unsupported' when it is no database.
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const isNew = !existsSync(path)
    const database = new DatabaseSync(path, { timeout: 0 })
    try {
      // Transcripts are private, whatever the umask.
      if (isNew) chmodSync(path, 0o600)
      // Exclusive before WAL: the index of the WAL then lives in memory, and the lock is held until close.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      database.exec('PRAGMA cache_size = -8000; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; BEGIN EXCLUSIVE; COMMIT')
    } catch (error) {
      database.close()
      throw error
    }
    return database
  } catch (error) {
    throw explainDatabaseError(error, path)
  }
}
