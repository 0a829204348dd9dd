import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AskUsage } from '../../../src/spec/api/usage.ts'
import { noMoneySums } from '../../../src/spec/money/money-sums.ts'
import { noFaults } from '../../../src/spec/ports/faults.ts'
import { IndexRow } from '../../../src/spec/view/index-row.ts'
import { openSqliteStore, type SqliteStoreOptions } from '../../../src/store/sqlite/open-sqlite-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { TreeBuilder } from './tree-builder.ts'

describe('the SQLite file', () => {
  let dir: string
  const open = (more: Partial<SqliteStoreOptions> = {}) => openSqliteStore({ dir, clock: new ManualClock(), faults: noFaults, ...more })
  beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'omni-sqlite-')) })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('is private, and durable at every commit', async () => {
    let settings: unknown
    const store = await open({ onOpen: (database) => { settings = [database.prepare('PRAGMA journal_mode').get()?.journal_mode, database.prepare('PRAGMA synchronous').get()?.synchronous] } })
    expect(settings).toEqual(['wal', 2])
    expect((await stat(join(dir, 'omni.db'))).mode & 0o777).toBe(0o600)
    await store.close()
    await store.close()
  })

  it('belongs to one process: the second is told so, in words', async () => {
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-store.ts'), dir], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      expect(await firstLine(holder)).toBe('open')
      await expect(open()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Another omni server is using') })
    } finally {
      holder.kill('SIGKILL')
      await once(holder, 'close')
    }
    const store = await open()
    await expect(open()).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
  })

  it('counts what was settled before it had a table for it', async () => {
    const store = await open()
    const tree = await new TreeBuilder(store.sessions, 't1').created().add('money.settled', { step: 's1', model: 'm', usage: { input: 10, output: 2, cacheRead: 3 }, microUsd: 9, source: 'reported' })
      .add('money.settled', { step: 's2', usage: { input: 1, output: 1 }, microUsd: null, source: 'reported' }).store()
    const fork = await tree.fork('f1')
    await fork.turn('go', 'on').store()
    await store.sessions.erase('t1', [3], 1)
    const before = await store.index.usage(AskUsage.parse({ by: 'session' }))
    const rows = await store.index.list({ limit: 10 })
    await store.close()
    const old = new DatabaseSync(join(dir, 'omni.db'))
    old.exec(`DROP TABLE usage; DROP TABLE money; DELETE FROM kysely_migration WHERE name >= '002-usage'; UPDATE sessions SET row = json_remove(row, '$.usage', '$.planMicroUsd')`)
    old.close()
    const again = await open()
    expect(await again.index.usage(AskUsage.parse({ by: 'session' }))).toEqual(before)
    expect(before.total).toMatchObject({ calls: 1, microUsd: 9, input: 10, cacheRead: 3 })
    // Who made the tree pays; the erased call had no price that anybody could count.
    expect(await again.index.money()).toEqual([{ tree: 't1', money: { owner: 'u', balance: { spent: { ...noMoneySums, tokens: 15, metered: { microUsd: 9, unpriced: 0, input: 0, output: 0 } }, reserved: noMoneySums } } }])
    const migrated = await again.index.list({ limit: 10 })
    expect(migrated.rows.map((row) => IndexRow.safeParse(row).success)).toEqual([true, true])
    // The erased call was counted in its row until now: what is left is what can be read.
    expect(migrated.rows.map(({ session, usage }) => [session, usage.input])).toEqual(rows.rows.map(({ session }) => [session, session === 't1' ? 10 : 0]))
    await again.close()
  })

  it('refuses a newer database and leaves it as it is', async () => {
    const store = await open()
    await new TreeBuilder(store.sessions, 't1').created().store()
    await store.close()
    const database = new DatabaseSync(join(dir, 'omni.db'))
    database.exec(`INSERT INTO kysely_migration (name, timestamp) VALUES ('002-later', '2030')`)
    database.close()
    await expect(open()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('newer version'), details: { unknown: ['002-later'] } })
    const after = new DatabaseSync(join(dir, 'omni.db'))
    expect(after.prepare('SELECT count(*) AS n FROM events').get()).toEqual({ n: 1 })
    after.close()
  })

  it('refuses what is not its database', async () => {
    const path = join(dir, 'omni.db')
    await writeFile(path, 'this is no database, however long the text may be'.repeat(100))
    await expect(open()).rejects.toMatchObject({ code: 'unsupported' })
    await rm(path)
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    await expect(open()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('not a database of this program') })
  })

  it('says what to do when it can not be written', async () => {
    let database: DatabaseSync | undefined
    const store = await open({ onOpen: (opened) => { database = opened } })
    database?.exec('PRAGMA query_only = ON')
    await expect(new TreeBuilder(store.sessions, 't1').created().store()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('can not be written') })
    database?.exec('PRAGMA query_only = OFF')
    await new TreeBuilder(store.sessions, 't1').created().store()
    await store.close()
    await writeFile(join(dir, 'plain'), '')
    await expect(openSqliteStore({ dir: join(dir, 'plain'), clock: new ManualClock(), faults: noFaults })).rejects.toThrow()
  })

  it('stores data as the exact text that was hashed', async () => {
    const store = await open()
    await new TreeBuilder(store.sessions, 't1').add('session.renamed', { title: 'é "x" \n €' }).store()
    await store.close()
    const database = new DatabaseSync(join(dir, 'omni.db'))
    expect(database.prepare('SELECT data FROM events').get()).toEqual({ data: '{"title":"é \\"x\\" \\n €"}' })
    database.close()
  })

  it('clears blobs that a crash left half written', async () => {
    await mkdir(join(dir, 'blobs', 'tmp'), { recursive: true })
    await writeFile(join(dir, 'blobs', 'tmp', 'half'), 'x')
    const store = await open()
    expect(await readdir(join(dir, 'blobs', 'tmp'))).toEqual([])
    await rm(join(dir, 'blobs'), { recursive: true })
    await writeFile(join(dir, 'blobs'), 'no folder')
    await expect(store.blobs.put(new Uint8Array([1]))).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
  })
})

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  return chunk.toString().trim()
}
