import { createHash } from 'node:crypto'
import { AppError } from '../../spec/app-error.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { BlobStore } from '../../spec/ports/session-store.ts'
import type { MemoryDisk } from './memory-disk.ts'

export class MemoryBlobStore implements BlobStore {
  readonly #disk: MemoryDisk
  readonly #clock: Clock
  readonly #faults: ReachFault

  constructor(disk: MemoryDisk, clock: Clock, faults: ReachFault) {
    this.#disk = disk
    this.#clock = clock
    this.#faults = faults
  }

  async put(bytes: Uint8Array): Promise<string> {
    this.#faults('blob.put.before')
    const hash = sha256(bytes)
    if (this.#disk.full) throw new AppError('unavailable', 'The disk is full. Nothing was stored. Free some space, then try again.')
    this.#disk.blobs.set(hash, { bytes: Uint8Array.from(bytes), at: this.#clock.now() })
    this.#faults('blob.put.after')
    return hash
  }

  async get(hash: string): Promise<Uint8Array | undefined> {
    const stored = this.#disk.blobs.get(hash)
    if (stored === undefined) return undefined
    if (sha256(stored.bytes) !== hash) throw new AppError('internal', `The stored blob ${hash} is damaged.`, { details: { hash } })
    return Uint8Array.from(stored.bytes)
  }

  async collect(olderThan: number): Promise<number> {
    const named = new Set([...this.#disk.trees.values()].flatMap((tree) => [...tree.blobs]))
    const old = [...this.#disk.blobs].filter(([hash, stored]) => stored.at < olderThan && !named.has(hash))
    for (const [hash] of old) this.#disk.blobs.delete(hash)
    return old.length
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
