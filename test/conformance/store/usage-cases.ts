import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AskUsage } from '../../../src/spec/api/usage.ts'
import { reindexTree } from '../../../src/store/projection/project-log.ts'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { TreeBuilder } from './tree-builder.ts'

const hour = 3_600_000
const monday = Date.UTC(2026, 0, 5)

export function usageCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())
  const usage = (query: object = {}) => world.store.index.usage(AskUsage.parse(query))
  const groups = async (query: object) => (await usage(query)).groups.map(({ key, calls, microUsd }) => `${key} ${calls} ${microUsd}`)
  const make = async (tree: string, at = monday) => {
    const builder = new TreeBuilder(world.store.sessions, tree)
    builder.now = at
    return builder.created(`Title of ${tree}`).store()
  }
  let steps = 0
  /** Stores one settled call at a time. */
  const settle = async (tree: TreeBuilder, at: number, data: object = {}, session = tree.root) => {
    tree.now = at
    steps += 1
    await tree.add('money.settled', { step: `s${steps}`, usage: { input: 10, output: 1 }, microUsd: 100, source: 'reported', ...data }, { session }).store()
  }

  describe('usage', () => {
    it('of an empty store is nothing', async () => {
      expect(await usage()).toEqual({ by: 'day', total: { calls: 0, unpriced: 0, microUsd: 0, planMicroUsd: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, groups: [], leftOut: 0 })
    })

    it('sums tokens and money, and keeps calls of a plan and calls without a price apart', async () => {
      const tree = await make('t1')
      await settle(tree, monday, { usage: { input: 10, output: 1, cacheRead: 5, cacheWrite: 7 } })
      await settle(tree, monday, { microUsd: 40, billing: 'plan' })
      await settle(tree, monday, { microUsd: null })
      await settle(tree, monday, { microUsd: 1, billing: 'metered' })
      expect((await usage()).total).toEqual({ calls: 4, unpriced: 1, microUsd: 101, planMicroUsd: 40, input: 40, output: 4, cacheRead: 5, cacheWrite: 7 })
    })

    it('groups by model, harness, agent and session, the dearest first', async () => {
      const [one, two] = [await make('t1'), await make('t2')]
      await settle(one, monday, { model: 'small', harness: 'h1' })
      await settle(one, monday, { model: 'large', harness: 'h2', microUsd: 900 })
      await settle(two, monday, { model: 'small', harness: 'h1', microUsd: 250 })
      await settle(two, monday, { microUsd: null })
      expect(await groups({ by: 'model' })).toEqual(['large 1 900', 'small 2 350', ' 1 0'])
      // A log from before calls named their harness has it in the session.
      expect(await groups({ by: 'harness' })).toEqual(['h2 1 900', 'h1 2 350', 'scripted 1 0'])
      expect(await groups({ by: 'agent' })).toEqual(['tester 4 1250'])
      expect((await usage({ by: 'session' })).groups).toMatchObject([{ key: 't1', title: 'Title of t1', microUsd: 1_000, calls: 2 }, { key: 't2', title: 'Title of t2', microUsd: 250, unpriced: 1 }])
    })

    it('groups by days of the time zone, newest first', async () => {
      const tree = await make('t1', monday - hour)
      for (const at of [monday - 1, monday, monday + 5 * hour, monday + 18.5 * hour, monday + 23 * hour]) await settle(tree, at)
      expect(await groups({})).toEqual(['2026-01-05 4 400', '2026-01-04 1 100'])
      expect(await groups({ time_zone: 'Asia/Kolkata' })).toEqual(['2026-01-06 2 200', '2026-01-05 3 300'])
      expect(await groups({ time_zone: 'America/New_York' })).toEqual(['2026-01-05 3 300', '2026-01-04 2 200'])
    })

    it('counts from `from` on and before `to`', async () => {
      const tree = await make('t1')
      for (const at of [monday, monday + 1, monday + 2, monday + 3]) await settle(tree, at)
      expect((await usage({ from: monday + 1, to: monday + 3 })).total.calls).toBe(2)
      expect((await usage({ from: monday + 4 })).groups).toEqual([])
    })

    it('leaves groups out over the limit, and nothing of the total', async () => {
      const tree = await make('t1')
      for (const model of ['a', 'b', 'c']) await settle(tree, monday, { model })
      expect(await usage({ by: 'model', limit: 2 })).toMatchObject({ total: { calls: 3 }, groups: [{ key: 'a' }, { key: 'b' }], leftOut: 1 })
    })

    it('counts a tree with all its lanes, and a tree alone when it is asked for', async () => {
      const [tree, other] = [await make('t1'), await make('t2')]
      await tree.created('A child', 'kid').store()
      await settle(tree, monday)
      await settle(tree, monday, { microUsd: 7 }, 'kid')
      await settle(other, monday, { microUsd: 50_000 })
      expect(await groups({ by: 'session', tree: 't1' })).toEqual(['t1 1 100', 'kid 1 7'])
      expect((await usage({ tree: 't1' })).total.microUsd).toBe(107)
      expect((await usage({ tree: 'nobody' })).total.calls).toBe(0)
    })

    it('counts a fork’s own calls only, also once its source is gone', async () => {
      const tree = await make('t1')
      await settle(tree, monday)
      const fork = await tree.fork('f1')
      await settle(fork, monday, { microUsd: 7 })
      expect(await groups({ by: 'session' })).toEqual(['t1 1 100', 'f1 1 7'])
      await world.store.sessions.remove('t1')
      expect(await groups({ by: 'session' })).toEqual(['f1 1 7'])
      await reindexTree(world.store.sessions, 'f1')
      expect(await groups({ by: 'session' })).toEqual(['f1 1 7'])
    })

    it('is the same after a restart and after it was indexed anew, and forgets what was erased', async () => {
      const tree = await make('t1')
      await settle(tree, monday, { model: 'm' })
      await settle(tree, monday, { model: 'm', microUsd: null })
      const before = await usage({ by: 'model' })
      await world.reopen()
      await reindexTree(world.store.sessions, 't1')
      expect(await usage({ by: 'model' })).toEqual(before)
      await world.store.sessions.erase('t1', [2], monday)
      expect((await usage()).total).toMatchObject({ calls: 1, microUsd: 0, unpriced: 1 })
    })

    it('stays exact, whatever one program claims', async () => {
      const tree = await make('t1')
      const claimed = { usage: { input: Number.MAX_SAFE_INTEGER, output: 0 }, microUsd: Number.MAX_SAFE_INTEGER }
      for (let count = 0; count < 3; count += 1) await settle(tree, monday, claimed)
      const { total } = await usage()
      expect(Number.isSafeInteger(total.input) && Number.isSafeInteger(total.microUsd)).toBe(true)
    })
  })
}
