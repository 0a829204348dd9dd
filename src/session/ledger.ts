import type { SessionIndex } from '../spec/ports/session-store.ts'
import { addBalance, type Balance, emptyBalance, subtractBalance, type TreeMoney } from '../spec/money/money-sums.ts'

/**
 * What all trees of this server have spent and hold back, by who pays. Each tree says what it has come to whenever that changes, as
 * part of deciding: so what one tree holds back is known to the next decision of any other, and a tree that is read again
 * after a failed write only says what is true then.
 */
export class Ledger {
  readonly #index: Pick<SessionIndex, 'money'>
  readonly #trees = new Map<string, TreeMoney>()
  readonly #owners = new Map<string, Balance>()
  readonly #waiting = new Map<string, () => void>()
  #server: Balance = emptyBalance
  #seeded: Promise<void> | undefined

  constructor(index: Pick<SessionIndex, 'money'>) {
    this.#index = index
  }

  /** Resolves when the trees that nobody has opened are counted too. */
  async ready(): Promise<void> {
    this.#seeded ??= this.#seed().catch((error: unknown) => {
      this.#seeded = undefined
      throw error
    })
    await this.#seeded
  }

  read(owner: string): { readonly user: Balance; readonly server: Balance } {
    return { user: this.#owners.get(owner) ?? emptyBalance, server: this.#server }
  }

  /** What a tree came to, whole. */
  put(tree: string, money: TreeMoney): void {
    const before = this.#trees.get(tree)
    if (before?.balance === money.balance && before.owner === money.owner) return
    if (before !== undefined) this.#add(before.owner, subtractBalance(emptyBalance, before.balance))
    this.#trees.set(tree, money)
    this.#add(money.owner, money.balance)
    for (const [waiting, wake] of this.#waiting) if (waiting !== tree) wake()
  }

  /** @param wake called when another tree's money changes; undefined when nothing of this tree waits any more */
  waits(tree: string, wake: (() => void) | undefined): void {
    if (wake === undefined) this.#waiting.delete(tree)
    else this.#waiting.set(tree, wake)
  }

  /** A tree is gone: what it spent stays spent, and what it held back is free. */
  removed(tree: string): void {
    const before = this.#trees.get(tree)
    this.#waiting.delete(tree)
    if (before !== undefined) this.put(tree, { ...before, balance: { ...before.balance, reserved: emptyBalance.reserved } })
  }

  async #seed(): Promise<void> {
    for (const { tree, money } of await this.#index.money()) if (!this.#trees.has(tree)) this.put(tree, money)
  }

  #add(owner: string, balance: Balance): void {
    this.#owners.set(owner, addBalance(this.#owners.get(owner) ?? emptyBalance, balance))
    this.#server = addBalance(this.#server, balance)
  }
}
