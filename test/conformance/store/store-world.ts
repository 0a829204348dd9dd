import type { ReachFault } from '../../../src/spec/ports/faults.ts'
import type { BlobStore, SessionIndex, SessionStore } from '../../../src/spec/ports/session-store.ts'
import type { ManualClock } from '../../support/manual-clock.ts'

export interface StoreWorld {
  readonly clock: ManualClock
  readonly store: { readonly sessions: SessionStore; readonly index: SessionIndex; readonly blobs: BlobStore; close(): Promise<void> }
  /** Called at every fault point. */
  faults: ReachFault
  /** Ends the process and starts a new one on the same disk. */
  reopen(): Promise<void>
  fillDisk(): void
  freeDisk(): void
  /** Changes one byte of a stored blob. */
  damageBlob(hash: string): Promise<void>
  end(): Promise<void>
}

export type OpenWorld = () => Promise<StoreWorld>
