import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectLog, reindexTree } from '../../../src/store/projection/project-log.ts'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { keysOf, TreeBuilder } from './tree-builder.ts'

export function itemsCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())

  describe('items', () => {
    it('pages both ways over a fork point and past what was rewound', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().turn('1', 'a').turn('2', 'b').turn('3', 'c').store()
      const fork = await tree.fork('t2', 10)
      await fork.turn('4', 'd').add('session.rewound', { to: 7 }).turn('5', 'e').store()
      const whole = await keysOf(world.store.sessions, 't2')
      expect(whole).toEqual([2, 3, 4, 5, 6, 7, 15, 16, 17, 18])
      for (const limit of [1, 2, 3, 7, 50]) {
        expect(await walk('t2', limit, 'back')).toEqual(whole)
        expect(await walk('t2', limit, 'forth')).toEqual(whole)
      }
      expect(await walk('t2', 3, 'back', true)).toEqual(await keysOf(world.store.sessions, 't2', true))
      const flags = (await world.store.sessions.items('t2', { limit: 100, withRewound: true })).filter((item) => item.rewound === true)
      expect(flags.map((item) => item.key)).toEqual([8, 9, 10, 11, 12, 13, 14])
    })

    it('has a tool call once, as it stands now', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().proposed('c1').store()
      await tree.completed('c1', 'out').store()
      const items = await world.store.sessions.items('t1', { limit: 10 })
      expect(items).toHaveLength(1)
      expect(items[0]).toMatchObject({ key: 2, changed: 3, state: 'ok', output: { text: 'out' } })
      expect(await world.store.sessions.items('nobody', { limit: 10 })).toEqual([])
    })

    it('writes the same again from the log', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().turn('1', 'a').proposed('c').completed('c', 'x').turn('2', 'b').store()
      await tree.add('session.rewound', { to: 4 }).turn('3', 'c').store()
      const fork = await tree.fork('t2', 4)
      await fork.turn('4', 'd').store()
      const before = [await everything('t1'), await everything('t2')]
      await world.store.sessions.reindex('t1', { items: [], rows: [], rewound: [] })
      expect(await keysOf(world.store.sessions, 't1')).toEqual([])
      await reindexTree(world.store.sessions, 't1')
      await reindexTree(world.store.sessions, 't2')
      expect([await everything('t1'), await everything('t2')]).toEqual(before)
      await world.store.sessions.remove('t1')
      await reindexTree(world.store.sessions, 't2')
      expect(await everything('t2')).toEqual(before[1])
      expect(await world.store.sessions.items('t2', { limit: 100 })).toEqual(projectLog('t2', fork.events).items)
    })
  })

  async function everything(session: string) {
    return { items: await world.store.sessions.items(session, { limit: 100, withRewound: true }), row: await world.store.index.row(session) }
  }

  async function walk(session: string, limit: number, way: 'back' | 'forth', withRewound = false): Promise<number[]> {
    const keys: number[] = []
    for (;;) {
      const edge = way === 'back' ? (keys[0] === undefined ? {} : { before: keys[0] }) : { after: keys.at(-1) ?? 0 }
      const page = (await world.store.sessions.items(session, { ...edge, limit, withRewound })).map((item) => item.key)
      if (way === 'back') keys.unshift(...page)
      else keys.push(...page)
      if (page.length < limit) return keys
    }
  }
}
