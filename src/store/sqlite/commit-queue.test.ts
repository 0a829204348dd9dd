import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommitQueue } from './commit-queue.ts'

describe('CommitQueue', () => {
  let database: DatabaseSync
  let queue: CommitQueue
  let transactions: number
  beforeEach(() => {
    database = new DatabaseSync(':memory:')
    database.exec('CREATE TABLE t (a INTEGER)')
    transactions = 0
    const counted: Pick<DatabaseSync, 'exec' | 'isTransaction'> = {
      exec: (sql) => {
        if (sql === 'COMMIT') transactions += 1
        database.exec(sql)
      },
      get isTransaction() { return database.isTransaction },
    }
    queue = new CommitQueue(counted, 'test.db')
  })
  afterEach(() => database.close())
  const insert = (value: number) => () => void database.prepare('INSERT INTO t VALUES (?)').run(value)
  const stored = () => database.prepare('SELECT a FROM t ORDER BY rowid').all().map((row) => row.a)

  it('shares one transaction between all that came in one turn of the loop, in order', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => queue.run(1, insert(index))))
    expect(transactions).toBe(1)
    expect(stored()).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it('caps the rows of a transaction, and takes a huge job alone', async () => {
    await Promise.all([queue.run(600, insert(1)), queue.run(600, insert(2)), queue.run(5_000, insert(3)), queue.run(1, insert(4))])
    expect(transactions).toBe(4)
    expect(stored()).toEqual([1, 2, 3, 4])
  })

  it('leaves nothing of a job that throws, and commits the others', async () => {
    const failing = queue.run(1, () => {
      insert(99)()
      throw new Error('no')
    })
    const results = await Promise.allSettled([queue.run(1, insert(1)), failing, queue.run(1, insert(2))])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(stored()).toEqual([1, 2])
  })

  it('answers only after the commit', async () => {
    await queue.run(1, insert(1)).then(() => expect(transactions).toBe(1))
  })

  it('commits what waits when it closes, and refuses more', async () => {
    const waiting = queue.run(1, insert(1))
    queue.close()
    await waiting
    await expect(queue.run(1, insert(2))).rejects.toMatchObject({ code: 'unavailable' })
    expect(stored()).toEqual([1])
  })
})
