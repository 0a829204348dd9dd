import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectLog } from '../../../src/store/projection/project-log.ts'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { keysOf, TreeBuilder } from './tree-builder.ts'

export function forkCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())
  const source = () => new TreeBuilder(world.store.sessions, 't1').created().turn('one', 'first').turn('two', 'second').store()

  describe('fork', () => {
    it('reads its prefix through the source, and its source through another', async () => {
      const tree = await source()
      const fork = await tree.fork('t2', 4)
      await fork.turn('three', 'third').store()
      const second = await fork.fork('t3', 8)
      await second.turn('four', 'fourth').store()
      expect(await world.store.sessions.read('t2', 0, 100)).toEqual(fork.events)
      expect(await world.store.sessions.read('t3', 0, 100)).toEqual(second.events)
      expect(await world.store.sessions.read('t3', 3, 4)).toEqual(second.events.slice(3, 7))
      expect(await world.store.sessions.origin('t3')).toMatchObject({ tree: 't2', session: 't2', seq: 8 })
      expect(await world.store.sessions.origin('t1')).toBeUndefined()
      expect(await keysOf(world.store.sessions, 't3')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    })

    it('is not changed by what the source does later, nor the source by it', async () => {
      const tree = await source()
      const fork = await tree.fork('t2', 4)
      await tree.add('session.rewound', { to: 1 }).turn('other', 'other').store()
      expect(await keysOf(world.store.sessions, 't1')).toEqual([8, 9, 10, 11])
      expect(await keysOf(world.store.sessions, 't2')).toEqual([2, 3, 4, 5])
      await fork.add('session.rewound', { to: 0 }).store()
      expect(await keysOf(world.store.sessions, 't2')).toEqual([6])
      expect(await keysOf(world.store.sessions, 't1', true)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      expect(await keysOf(world.store.sessions, 't2', true)).toEqual([2, 3, 4, 5, 6])
    })

    it('shows a call as it was at the fork point', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().proposed('c1').completed('c1', 'lost', 'unknown').turn('a', 'b').store()
      const before = await tree.fork('t2')
      await tree.completed('c1', 'late result').store()
      const after = await tree.fork('t3', 6)
      const outcome = async (session: string) => (await world.store.sessions.items(session, { limit: 1, after: 0 })).map((item) => (item.kind === 'tool' ? item.state : item.kind))
      expect(await outcome('t1')).toEqual(['ok'])
      expect(await outcome('t2')).toEqual(['unknown'])
      expect(await outcome('t3')).toEqual(['unknown'])
      await world.store.sessions.remove('t1')
      expect(await outcome('t2')).toEqual(['unknown'])
      expect(await world.store.sessions.items('t2', { limit: 100 })).toEqual(projectLog('t2', before.events).items)
      expect(await world.store.sessions.items('t3', { limit: 100 })).toEqual(projectLog('t3', after.events).items)
    })

    it('keeps its prefix when the source is removed, in any order', async () => {
      const tree = await source()
      const fork = await tree.fork('t2', 4)
      await fork.turn('three', 'third').store()
      const second = await fork.fork('t3', 8)
      const early = await fork.fork('t4', 3)
      for (const gone of ['t2', 't1']) {
        await world.store.sessions.remove(gone)
        expect(await world.store.sessions.head(gone)).toBeUndefined()
        expect(await world.store.sessions.read('t3', 0, 100)).toEqual(second.events)
        expect(await world.store.sessions.read('t4', 0, 100)).toEqual(early.events)
        expect(await keysOf(world.store.sessions, 't3')).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
        expect(await keysOf(world.store.sessions, 't4')).toEqual([2, 3, 4])
      }
      await world.reopen()
      second.sessions = world.store.sessions
      await second.turn('five', 'fifth').store()
      expect(await world.store.sessions.read('t3', 0, 100)).toEqual(second.events)
      expect(await world.store.sessions.trees()).toEqual(['t3', 't4'])
    })

    it('refuses an unknown source, a wrong hash and a name that is taken', async () => {
      const tree = await source()
      const fork = new TreeBuilder(world.store.sessions, 't2')
      fork.events.push(...tree.events.slice(0, 4))
      const point = { tree: 't1', session: 't1', seq: 4, hash: tree.events[3]?.hash ?? '' }
      const batch = fork.add('session.renamed', { title: 'Fork' }).batch()
      await expect(world.store.sessions.fork({ ...point, tree: 'nobody' }, batch)).rejects.toMatchObject({ code: 'not_found' })
      await expect(world.store.sessions.fork({ ...point, hash: 'f'.repeat(64) }, batch)).rejects.toMatchObject({ code: 'conflict' })
      await expect(world.store.sessions.fork({ ...point, seq: 99 }, batch)).rejects.toMatchObject({ code: 'conflict' })
      expect(await world.store.sessions.trees()).toEqual(['t1'])
      await world.store.sessions.fork(point, batch)
      await expect(world.store.sessions.fork(point, batch)).rejects.toMatchObject({ code: 'conflict' })
    })

    it('forks a child lane into a root of its own', async () => {
      const tree = await source()
      await tree.created('Child', 'child').turn('sub', 'done', 'child').store()
      const fork = await tree.fork('t2', 11, 'child')
      expect(await keysOf(world.store.sessions, 't2')).toEqual([9, 10, 11, 12])
      await world.store.sessions.remove('t1')
      expect(await keysOf(world.store.sessions, 't2')).toEqual([9, 10, 11, 12])
      expect(await world.store.sessions.read('t2', 0, 100)).toEqual(fork.events)
      expect(await world.store.sessions.treeOf('child')).toBeUndefined()
    })
  })
}
