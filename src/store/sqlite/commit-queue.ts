import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../spec/app-error.ts'
import { explainDatabaseError } from './database-error.ts'

interface Job {
  readonly rows: number
  run(): unknown
  /** After the commit. */
  resolve(value: unknown): void
  reject(error: unknown): void
}

const maxRows = 1_000

/**
 * Group commit: every write of the store goes through here, in order. A job starts in the turn of the event loop after it
 * came; all that came by then share its transaction, up to `maxRows` rows. A job that throws leaves nothing behind and
 * does not fail the others.
 */
export class CommitQueue {
  readonly #database: Pick<DatabaseSync, 'exec' | 'isTransaction'>
  readonly #path: string
  #jobs: Job[] = []
  #scheduled = false
  #closed = false

  constructor(database: Pick<DatabaseSync, 'exec' | 'isTransaction'>, path: string) {
    this.#database = database
    this.#path = path
  }

  /** Runs `job` inside a transaction and resolves once it is durable. `job` is synchronous and may run more than once. */
  run<Result>(rows: number, job: () => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new AppError('unavailable', 'The store is closed. Start the server again.'))
    return new Promise((resolve, reject) => {
      // Proof: the queue resolves with what `job` returned.
      this.#jobs.push({ rows, run: job, resolve: (value) => resolve(value as Result), reject })
      this.#schedule()
    })
  }

  /** Commits what was given, then refuses more. */
  close(): void {
    this.#closed = true
    while (this.#jobs.length > 0) this.#flush()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#flush()
      if (this.#jobs.length > 0) this.#schedule()
    })
  }

  #flush(): void {
    let rows = 0
    let count = 0
    for (const job of this.#jobs) {
      if (count > 0 && rows + job.rows > maxRows) break
      rows += job.rows
      count += 1
    }
    if (count > 0) this.#commit(this.#jobs.splice(0, count))
  }

  #commit(jobs: readonly Job[]): void {
    const results: unknown[] = []
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const job of jobs) results.push(job.run())
    } catch (error) {
      this.#rollBack()
      // The job that failed is out; nothing of the others is stored yet, so they start again without it.
      jobs[results.length]?.reject(explainDatabaseError(error, this.#path))
      const rest = jobs.filter((_, index) => index !== results.length)
      if (rest.length > 0) this.#commit(rest)
      return
    }
    try {
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#rollBack()
      if (jobs.length === 1) jobs[0]?.reject(explainDatabaseError(error, this.#path))
      else for (const job of jobs) this.#commit([job])
      return
    }
    for (const [index, job] of jobs.entries()) job.resolve(results[index])
  }

  #rollBack(): void {
    // A full disk has already rolled back.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }
}
