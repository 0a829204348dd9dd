import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWorld, StoreWorld } from './store-world.ts'
import { TreeBuilder } from './tree-builder.ts'

export function blobCases(open: OpenWorld): void {
  let world: StoreWorld
  beforeEach(async () => { world = await open() })
  afterEach(() => world.end())
  const bytes = (text: string) => new TextEncoder().encode(text)
  const day = 86_400_000

  describe('blobs', () => {
    it('stores bytes under their hash, over a restart, once', async () => {
      const hash = await world.store.blobs.put(bytes('long output'))
      expect(hash).toBe(createHash('sha256').update('long output').digest('hex'))
      expect(await world.store.blobs.put(bytes('long output'))).toBe(hash)
      const empty = await world.store.blobs.put(bytes(''))
      await world.reopen()
      expect(Buffer.from((await world.store.blobs.get(hash)) ?? []).toString()).toBe('long output')
      expect(await world.store.blobs.get(empty)).toHaveLength(0)
    })

    it('knows nothing of other names', async () => {
      for (const name of ['f'.repeat(64), '', '../omni.db', '..', 'F'.repeat(64)]) expect(await world.store.blobs.get(name)).toBeUndefined()
    })

    it('never gives wrong bytes', async () => {
      const hash = await world.store.blobs.put(bytes('long output'))
      await world.damageBlob(hash)
      await expect(world.store.blobs.get(hash)).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('damaged') })
    })

    it('collects old ones that nothing names', async () => {
      const [named, loose] = [await world.store.blobs.put(bytes('named')), await world.store.blobs.put(bytes('loose'))]
      const again = await world.store.blobs.put(bytes('again'))
      const tree = new TreeBuilder(world.store.sessions, 't1').created().add('tool.completed', { call: 'c', outcome: 'ok', output: { head: '', tail: '', bytes: 5, blob: named } })
      await tree.store([named])
      const start = world.clock.now()
      expect(await world.store.blobs.collect(start)).toBe(0)
      world.clock.advance(2 * day)
      await world.store.blobs.put(bytes('again'))
      expect(await world.store.blobs.collect(start + day)).toBe(1)
      expect(await world.store.blobs.get(loose)).toBeUndefined()
      expect(await world.store.blobs.get(again)).toBeDefined()
      const fork = await tree.fork('t2')
      await world.store.sessions.remove('t1')
      expect(await world.store.blobs.collect(start + day)).toBe(0)
      await world.store.sessions.erase('t2', [2], 1)
      expect(await world.store.blobs.collect(start + day)).toBe(1)
      expect(fork.head.seq).toBe(3)
    })

    it('stops at its fault points', async () => {
      const hash = createHash('sha256').update('x').digest('hex')
      world.faults = (point) => { if (point === 'blob.put.before') throw new Error('stopped') }
      await expect(world.store.blobs.put(bytes('x'))).rejects.toThrow('stopped')
      expect(await world.store.blobs.get(hash)).toBeUndefined()
      world.faults = (point) => { if (point === 'blob.put.after') throw new Error('stopped') }
      await expect(world.store.blobs.put(bytes('x'))).rejects.toThrow('stopped')
      await world.reopen()
      expect(await world.store.blobs.get(hash)).toBeDefined()
    })
  })
}
