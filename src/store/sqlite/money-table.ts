import type { DatabaseSync } from 'node:sqlite'
import { noMoneySums, type TreeMoney } from '../../spec/money/money-sums.ts'

/** Writes of `money`. They run inside the commit queue. */
export class MoneyTable {
  readonly #put
  readonly #free

  constructor(database: DatabaseSync) {
    this.#put = database.prepare('INSERT OR REPLACE INTO money (tree, money) VALUES (?, ?)')
    this.#free = database.prepare(`UPDATE money SET money = json_set(money, '$.balance.reserved', json(?)) WHERE tree = ?`)
  }

  put(tree: string, money: TreeMoney): void {
    this.#put.run(tree, JSON.stringify(money))
  }

  /** The tree is removed: what it spent stays, what it held back is free. */
  free(tree: string): void {
    this.#free.run(JSON.stringify(noMoneySums), tree)
  }
}
