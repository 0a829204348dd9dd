import { AppError } from '../../spec/app-error.ts'
import type { FaultPoint, ReachFault } from '../../spec/ports/faults.ts'
import { noFaults } from '../../spec/ports/faults.ts'
import type { NumberedFact } from '../../spec/ports/host-link.ts'
import { dropAcknowledged } from './drop-acknowledged.ts'
import type { WaitingFact } from './drop-acknowledged.ts'
import { maxWaitingBytes } from './outbox.ts'
import type { Outbox } from './outbox.ts'

/** What a crash leaves: hand the same one to the next `createMemoryOutbox`, as a disk would be found again. */
export interface MemoryDisk {
  readonly facts: WaitingFact[]
}

/**
 * An outbox for tests and the crash simulation. A fault that throws leaves the disk as it is at that point; the process
 * that had this outbox is dead then, so it changes the disk no more.
 */
export function createMemoryOutbox(options: { epoch: string; disk?: MemoryDisk; faults?: ReachFault; maxBytes?: number }): Outbox {
  const { epoch, disk = { facts: [] }, faults = noFaults, maxBytes = maxWaitingBytes } = options
  let last = 0
  let closed = false
  let waiting = disk.facts.reduce((sum, { bytes }) => sum + bytes, 0)
  const reach = (point: FaultPoint) => {
    try {
      faults(point)
    } catch (error) {
      closed = true
      throw error
    }
  }
  return {
    epoch,
    get full() {
      return waiting >= maxBytes
    },
    async append(report) {
      if (closed) throw new AppError('unavailable', 'The outbox is closed.')
      last += 1
      const fact: NumberedFact = { type: 'fact', epoch, n: last, ...report }
      reach('outbox.append.before')
      const bytes = JSON.stringify(fact).length
      disk.facts.push({ fact, bytes })
      waiting += bytes
      reach('outbox.append.after')
      return fact
    },
    pending: () => disk.facts.map(({ fact }) => fact),
    acknowledge(of, n) {
      if (closed) return
      reach('outbox.drop.before')
      const dropped = dropAcknowledged(disk.facts, of, n)
      waiting -= dropped.reduce((sum, { bytes }) => sum + bytes, 0)
      reach('outbox.drop.after')
    },
    close() {
      closed = true
      return Promise.resolve()
    },
  }
}
