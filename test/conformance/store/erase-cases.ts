import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '../../../src/spec/log/verify-chain.ts'
import { projectLog } from '../../../src/store/projection/project-log.ts'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { TreeBuilder } from './tree-builder.ts'

export function eraseCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())
  const read = (tree: string) => world.store.sessions.read(tree, 0, 1_000)

  describe('erase', () => {
    it('leaves envelope and chain, and what a fold of the log gives', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().turn('secret', 'answer').proposed('c').completed('c', 'password').turn('x', 'y').store()
      await world.store.sessions.saveSnapshot('t1', { seq: 9, version: 'v', state: 'secret' })
      await world.store.sessions.erase('t1', [2, 6], 77)
      const events = await read('t1')
      expect(JSON.stringify(events)).not.toMatch(/secret|password/)
      expect(events.map(({ data: _data, ...rest }) => rest)).toEqual(tree.events.map(({ data: _data, ...rest }) => rest))
      expect(verifyChain(events)).toMatchObject({ problems: [], erased: [2, 6] })
      const items = await world.store.sessions.items('t1', { limit: 100 })
      expect(items).toEqual(projectLog('t1', events).items.toSorted((left, right) => left.key - right.key))
      expect(JSON.stringify(items)).not.toMatch(/secret|password/)
      expect(await world.store.sessions.snapshot('t1')).toBeUndefined()
      await world.store.sessions.erase('t1', [2, 6], 88)
      expect(await read('t1')).toEqual(events)
    })

    it('reaches what forks read and kept of it', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().proposed('c', 'secret').completed('c', 'password', 'unknown').turn('x', 'y').store()
      await tree.fork('t2')
      await world.store.sessions.saveSnapshot('t2', { seq: 7, version: 'v', state: 'password' })
      await world.store.sessions.erase('t2', [3], 77)
      for (const name of ['t1', 't2']) {
        const items = await world.store.sessions.items(name, { limit: 100 })
        expect(JSON.stringify([await read(name), items])).not.toMatch(/password/)
        expect(items).toEqual(projectLog(name, await read(name)).items.toSorted((left, right) => left.key - right.key))
      }
      expect(await world.store.sessions.snapshot('t2')).toBeUndefined()
    })

    it('refuses unknown numbers and events that others hang on, and changes nothing then', async () => {
      const tree = await new TreeBuilder(world.store.sessions, 't1').created().turn('a', 'b').add('session.rewound', { to: 0 }).store()
      await expect(world.store.sessions.erase('t1', [2, 99], 1)).rejects.toMatchObject({ code: 'not_found' })
      await expect(world.store.sessions.erase('t1', [2, 5], 1)).rejects.toMatchObject({ code: 'invalid' })
      await expect(world.store.sessions.erase('nobody', [1], 1)).rejects.toMatchObject({ code: 'not_found' })
      expect(await read('t1')).toEqual(tree.events)
    })
  })
}
