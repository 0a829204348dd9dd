import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { AppError } from '../../spec/app-error.ts'
import * as log001 from './migrations/001-log.ts'
import * as usage002 from './migrations/002-usage.ts'
import * as money003 from './migrations/003-money.ts'
import type { StoreTables } from './schema.ts'

const migrations: Readonly<Record<string, Migration>> = { '001-log': log001, '002-usage': usage002, '003-money': money003 }

/**
 * Brings the database to this version's tables.
 * @throws {AppError} 'unsupported' for a database of a newer version, or of another program. It is left untouched.
 */
export async function migrate(db: Kysely<StoreTables>, path: string): Promise<void> {
  await refuseForeign(db, path)
  const { error } = await new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } }).migrateToLatest()
  if (error !== undefined) throw error
}

async function refuseForeign(db: Kysely<StoreTables>, path: string): Promise<void> {
  const tables = await sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table'`.execute(db)
  if (tables.rows.length === 0) return
  if (!tables.rows.some((table) => table.name === 'kysely_migration')) {
    throw new AppError('unsupported', `${path} is not a database of this program. Move it away or use another directory.`)
  }
  const applied = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
  const unknown = applied.rows.filter((row) => !Object.hasOwn(migrations, row.name)).map((row) => row.name)
  if (unknown.length === 0) return
  throw new AppError('unsupported', `${path} was written by a newer version of omni. Install that version or use another directory.`, { details: { unknown } })
}
