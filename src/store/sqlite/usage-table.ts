import type { DatabaseSync } from 'node:sqlite'
import type { SettledCall } from '../projection/settled-calls.ts'
import { rowId } from './schema.ts'

/** Writes of `usage`. They run inside the commit queue. */
export class UsageTable {
  readonly #put
  readonly #drop
  readonly #dropTree

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(`INSERT OR REPLACE INTO usage (id, lane, at, model, harness, plan, micro_usd, input, output, cache_read, cache_write)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#drop = database.prepare('DELETE FROM usage WHERE id = ?')
    this.#dropTree = database.prepare('DELETE FROM usage WHERE id > ? AND id <= ?')
  }

  put(tree: number, lane: number, call: SettledCall): void {
    const { seq, at, model, harness, plan, microUsd, input, output, cacheRead, cacheWrite } = call
    this.#put.run(rowId(tree, seq), lane, at, model, harness ?? null, Number(plan), microUsd ?? null, input, output, cacheRead, cacheWrite)
  }

  drop(tree: number, seq: number): void {
    this.#drop.run(rowId(tree, seq))
  }

  dropTree(tree: number): void {
    this.#dropTree.run(rowId(tree, 0), rowId(tree, Number.MAX_SAFE_INTEGER))
  }
}
