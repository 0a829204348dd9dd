import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { FaultPoint } from '../../../src/spec/ports/faults.ts'
import { createMemoryStore } from '../../../src/store/memory/create-memory-store.ts'
import { MemoryDisk } from '../../../src/store/memory/memory-disk.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import type { StoreWorld } from './store-world.ts'

export async function openMemoryWorld(): Promise<StoreWorld> {
  const disk = new MemoryDisk()
  const clock = new ManualClock()
  const open = () => createMemoryStore({ disk, clock, faults: (point) => world.faults(point) })
  const world: StoreWorld & { store: StoreWorld['store'] } = {
    clock, faults: () => undefined, store: undefined as never, // Set on the next line: `open` reads `world`.
    reopen: async () => { world.store = open() },
    fillDisk: () => { disk.full = true },
    freeDisk: () => { disk.full = false },
    damageBlob: async (hash) => {
      const stored = disk.blobs.get(hash)
      if (stored !== undefined) stored.bytes[0] = (stored.bytes[0] ?? 0) ^ 1
    },
    end: () => world.store.close(),
  }
  world.store = open()
  return world
}

export async function openSqliteWorld(): Promise<StoreWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-store-'))
  const clock = new ManualClock()
  let database: DatabaseSync | undefined
  const open = () => openSqliteStore({ dir, clock, faults: (point: FaultPoint) => world.faults(point), onOpen: (opened) => { database = opened } })
  const world: StoreWorld & { store: StoreWorld['store'] } = {
    clock, faults: () => undefined, store: undefined as never, // Set below: `open` reads `world`.
    reopen: async () => {
      await world.store.close()
      world.store = await open()
    },
    // SQLite answers SQLITE_FULL at this limit, as it does for ENOSPC.
    fillDisk: () => database?.exec('PRAGMA max_page_count = 1'),
    freeDisk: () => database?.exec('PRAGMA max_page_count = 4294967294'),
    damageBlob: async (hash) => {
      const path = join(dir, 'blobs', hash.slice(0, 2), hash)
      const bytes = await readFile(path)
      bytes[0] = (bytes[0] ?? 0) ^ 1
      await writeFile(path, bytes)
    },
    end: async () => {
      await world.store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
  world.store = await open()
  return world
}
