import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { TreeBuilder } from './tree-builder.ts'

export function appendCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())
  const builder = (tree = 't1') => new TreeBuilder(world.store.sessions, tree)

  describe('append', () => {
    it('reads back what was written, equal, in order, in pages', async () => {
      const tree = builder().created().turn('hello', 'world').turn('again', 'yes')
      await tree.store()
      expect(await world.store.sessions.read('t1', 0, 100)).toEqual(tree.events)
      expect(await world.store.sessions.read('t1', 2, 3)).toEqual(tree.events.slice(2, 5))
      expect(await world.store.sessions.read('t1', 0, 0)).toEqual([])
      expect(await world.store.sessions.read('nobody', 0, 10)).toEqual([])
      expect(await world.store.sessions.head('t1')).toEqual({ seq: 7, hash: tree.head.hash })
      expect(await world.store.sessions.head('nobody')).toBeUndefined()
    })

    it('keeps everything over a restart', async () => {
      const tree = await builder().created().turn('hello', 'world').store()
      await world.reopen()
      expect(await world.store.sessions.read('t1', 0, 100)).toEqual(tree.events)
      expect(await world.store.sessions.trees()).toEqual(['t1'])
      expect(await world.store.sessions.treeOf('t1')).toBe('t1')
      expect((await world.store.index.row('t1'))?.title).toBe('A session')
    })

    it('keeps the order of batches of one tree that are given without waiting', async () => {
      const tree = builder().created()
      const batches = [tree.batch()]
      for (let turn = 0; turn < 20; turn += 1) batches.push(tree.turn(`q${turn}`, `a${turn}`).batch())
      await Promise.all(batches.map((batch) => world.store.sessions.append(batch)))
      expect(await world.store.sessions.read('t1', 0, 1000)).toEqual(tree.events)
    })

    it('refuses a stale batch, stores nothing of it, and lets others of the same moment through', async () => {
      const tree = await builder().created().store()
      const stale = new TreeBuilder(world.store.sessions, 't1')
      stale.created().turn('stale', 'stale')
      const other = builder('t2').created()
      const results = await Promise.allSettled([
        world.store.sessions.append(other.batch()),
        world.store.sessions.append(stale.batch()),
        world.store.sessions.append(tree.turn('good', 'good').batch()),
        world.store.sessions.append(other.turn('a', 'b').batch()),
      ])
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
      expect(results[1]).toMatchObject({ reason: { code: 'conflict' } })
      expect(await world.store.sessions.read('t1', 0, 100)).toEqual(tree.events)
      expect(await world.store.sessions.read('t2', 0, 100)).toEqual(other.events)
    })

    it('refuses batches that contradict themselves', async () => {
      const tree = builder().created().turn('a', 'b')
      const batch = tree.batch()
      const holed = { ...batch, events: batch.events.filter((event) => event.seq !== 2) }
      await expect(world.store.sessions.append(holed)).rejects.toMatchObject({ code: 'invalid' })
      const foreign = { ...batch, tree: 't9' }
      await expect(world.store.sessions.append(foreign)).rejects.toMatchObject({ code: 'invalid' })
      await expect(world.store.sessions.append({ ...batch, events: [] })).rejects.toMatchObject({ code: 'invalid' })
      await world.store.sessions.append(batch)
      const thief = builder('t2').created('Thief', 't1')
      await expect(world.store.sessions.append(thief.batch())).rejects.toMatchObject({ code: 'conflict' })
      expect(await world.store.sessions.trees()).toEqual(['t1'])
    })

    it('says that the disk is full, stores nothing, and works again when there is room', async () => {
      const tree = await builder().created().store()
      world.fillDisk()
      const batch = tree.turn('x'.repeat(50_000), 'y'.repeat(50_000)).batch()
      await expect(world.store.sessions.append(batch)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('full') })
      await expect(world.store.sessions.append(builder('t2').created('z'.repeat(200)).turn('x'.repeat(50_000), '').batch())).rejects.toMatchObject({ code: 'unavailable' })
      expect((await world.store.sessions.head('t1'))?.seq).toBe(1)
      expect(await world.store.sessions.items('t1', { limit: 10 })).toEqual([])
      world.freeDisk()
      await world.store.sessions.append(batch)
      expect(await world.store.sessions.read('t1', 0, 100)).toEqual(tree.events)
    })

    it('has stored nothing when it stops before a write, and all of it when it stops after', async () => {
      const tree = builder().created()
      const batch = tree.batch()
      world.faults = (point) => { if (point === 'store.append.before') throw new Error('stopped') }
      await expect(world.store.sessions.append(batch)).rejects.toThrow('stopped')
      await world.reopen()
      expect(await world.store.sessions.trees()).toEqual([])
      world.faults = (point) => { if (point === 'store.append.after') throw new Error('stopped') }
      await expect(world.store.sessions.append(batch)).rejects.toThrow('stopped')
      await world.reopen()
      expect(await world.store.sessions.read('t1', 0, 10)).toEqual(tree.events)
    })

    it('refuses writes after close and keeps what was asked for before', async () => {
      const tree = builder().created()
      const stored = tree.store()
      const closed = world.store.close()
      await Promise.all([stored, closed])
      await expect(world.store.sessions.append(tree.turn('a', 'b').batch())).rejects.toMatchObject({ code: 'unavailable' })
      await world.reopen()
      expect((await world.store.sessions.head('t1'))?.seq).toBe(1)
    })

    it('keeps signed heads in order and the newest snapshot', async () => {
      await builder().created().turn('a', 'b').store()
      const head = (seq: number) => ({ tree: 't1', seq, hash: 'a'.repeat(64), at: 5, signature: 'c2ln', key: 'a2V5' })
      await world.store.sessions.saveHead(head(4))
      await world.store.sessions.saveHead(head(1))
      expect(await world.store.sessions.signedHeads('t1')).toEqual([head(1), head(4)])
      expect(await world.store.sessions.snapshot('t1')).toBeUndefined()
      await world.store.sessions.saveSnapshot('t1', { seq: 1, version: 'v', state: 'old' })
      await world.store.sessions.saveSnapshot('t1', { seq: 4, version: 'v', state: 'new' })
      expect(await world.store.sessions.snapshot('t1')).toEqual({ seq: 4, version: 'v', state: 'new' })
      await expect(world.store.sessions.saveHead({ ...head(1), tree: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    })
  })
}
