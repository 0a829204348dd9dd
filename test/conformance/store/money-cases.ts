import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countMoney, emptyBalance, noMoneySums, type TreeMoney } from '../../../src/spec/money/money-sums.ts'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { TreeBuilder } from './tree-builder.ts'

const spent = (microUsd: number, owner = 'ann'): TreeMoney => ({ owner, balance: { ...emptyBalance, spent: countMoney(noMoneySums, { input: 3, output: 1, microUsd, isPlan: false }) } })

/** What trees came to: said with a batch, kept with it. */
export function moneyCases(open: OpenWorld): void {
  describe('money', () => {
    let world: StoreWorld
    beforeEach(async () => {
      world = await open()
    })
    afterEach(() => world.end())
    const byTree = async () => Object.fromEntries((await world.store.index.money()).map(({ tree, money }) => [tree, money]))

    it('is what the last batch that names it says, also after a restart', async () => {
      const tree = new TreeBuilder(world.store.sessions, 't1')
      await world.store.sessions.append({ ...tree.created().batch(), money: spent(5) })
      await world.store.sessions.append({ ...tree.turn('a', 'b').batch(), money: spent(7) })
      await tree.turn('c', 'd').store()
      await new TreeBuilder(world.store.sessions, 't2').created().store()
      expect(await byTree()).toEqual({ t1: spent(7) })
      await world.reopen()
      expect(await byTree()).toEqual({ t1: spent(7) })
    })

    it('is not kept of a batch that is refused', async () => {
      const tree = new TreeBuilder(world.store.sessions, 't1')
      const batch = tree.created().batch()
      await world.store.sessions.append(batch)
      await expect(world.store.sessions.append({ ...batch, money: spent(5) })).rejects.toMatchObject({ code: 'conflict' })
      expect(await byTree()).toEqual({})
    })

    it('stays spent when the tree is removed; what it held back is free', async () => {
      const tree = new TreeBuilder(world.store.sessions, 't1')
      const money = spent(5)
      await world.store.sessions.append({ ...tree.created().batch(), money: { ...money, balance: { ...money.balance, reserved: money.balance.spent } } })
      await world.store.sessions.remove('t1')
      expect(await byTree()).toEqual({ t1: money })
    })
  })
}
