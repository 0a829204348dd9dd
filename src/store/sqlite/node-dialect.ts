import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect } from 'kysely'

/**
 * kysely over `node:sqlite`. The database stays its owner's: destroying kysely does not close it. kysely's own
 * transactions span ticks and would mix with the commit queue's, so they are used by migrations only.
 */
export function nodeDialect(database: DatabaseSync): SqliteDialect {
  const adapter: SqliteDatabase = {
    close: () => undefined,
    prepare(sql) {
      const statement = database.prepare(sql)
      // Proof: kysely passes what callers gave as parameters, and its types admit SQL values only.
      const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      }
    },
  }
  return new SqliteDialect({ database: adapter })
}
