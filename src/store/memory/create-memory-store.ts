import type { Clock } from '../../spec/ports/clock.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { BlobStore, SessionIndex, SessionStore } from '../../spec/ports/session-store.ts'
import { MemoryBlobStore } from './memory-blob-store.ts'
import { MemoryDisk } from './memory-disk.ts'
import { MemorySessionIndex } from './memory-session-index.ts'
import { MemorySessionStore } from './memory-session-store.ts'

export interface MemoryStoreOptions {
  /** Give the disk of an earlier store to start again after a crash. */
  readonly disk?: MemoryDisk
  readonly clock: Clock
  readonly faults: ReachFault
}

/** A store that forgets when its disk is dropped: for tests, simulations and sessions nobody wants to keep. */
export function createMemoryStore({ disk = new MemoryDisk(), clock, faults }: MemoryStoreOptions): {
  readonly sessions: SessionStore
  readonly index: SessionIndex
  readonly blobs: BlobStore
  close(): Promise<void>
} {
  const sessions = new MemorySessionStore(disk, faults)
  return { sessions, index: new MemorySessionIndex(disk), blobs: new MemoryBlobStore(disk, clock, faults), close: () => sessions.close() }
}
