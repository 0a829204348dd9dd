import { AppError } from '../../spec/app-error.ts'
import type { Envelope } from '../../spec/events/envelope.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { AppendBatch, FoldSnapshot, ForkLink, SessionStore, SignedHead } from '../../spec/ports/session-store.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'
import type { ItemPage } from '../projection/page-items.ts'
import { headOf, type MemoryDisk, type MemoryTree, readEvents } from './memory-disk.ts'
import { eraseEvents, removeTree } from './memory-removal.ts'
import { appendBatch, forkTree, lanesOf, pageLane, writeProjection } from './memory-writes.ts'

/** The log in memory. A write is on the disk one microtask after it was asked for, as a whole, in the order of asking. */
export class MemorySessionStore implements SessionStore {
  readonly #disk: MemoryDisk
  readonly #faults: ReachFault
  #closed = false

  constructor(disk: MemoryDisk, faults: ReachFault) {
    this.#disk = disk
    this.#faults = faults
  }

  append(batch: AppendBatch): Promise<void> {
    return this.#append(() => appendBatch(this.#disk, batch))
  }

  fork(from: ForkLink, batch: AppendBatch): Promise<void> {
    return this.#append(() => forkTree(this.#disk, from, batch))
  }

  async read(tree: string, after: number, limit: number): Promise<readonly Envelope[]> {
    const found = this.#disk.trees.get(tree)
    return found === undefined ? [] : structuredClone(readEvents(found, after, Number.MAX_SAFE_INTEGER, limit))
  }

  async head(tree: string): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
    const found = this.#disk.trees.get(tree)
    return found === undefined ? undefined : headOf(found)
  }

  async origin(tree: string): Promise<ForkLink | undefined> {
    return this.#disk.trees.get(tree)?.origin
  }

  async trees(): Promise<readonly string[]> {
    return [...this.#disk.trees.keys()]
  }

  async treeOf(session: string): Promise<string | undefined> {
    return this.#disk.lanes.get(session)?.tree.tree
  }

  async items(session: string, page: ItemPage): Promise<readonly TranscriptItem[]> {
    const lane = this.#disk.lanes.get(session)
    return lane === undefined ? [] : structuredClone(pageLane(lane, page))
  }

  erase(tree: string, seqs: readonly number[], at: number): Promise<void> {
    return this.#write(() => eraseEvents(this.#disk, this.#need(tree), seqs, at))
  }

  remove(tree: string): Promise<void> {
    return this.#write(() => {
      const found = this.#disk.trees.get(tree)
      if (found !== undefined) removeTree(this.#disk, found)
    })
  }

  reindex(tree: string, projection: Pick<AppendBatch, 'items' | 'rows' | 'rewound'>): Promise<void> {
    return this.#write(() => {
      const found = this.#need(tree)
      for (const lane of lanesOf(this.#disk, found)) {
        lane.items = new Map([...lane.items].filter(([key]) => key <= lane.baseKey))
        lane.rewound = []
      }
      writeProjection(this.#disk, found, { ...projection, items: projection.items.filter((item) => item.key > found.baseSeq) })
    })
  }

  saveHead(head: SignedHead): Promise<void> {
    return this.#write(() => void this.#need(head.tree).heads.set(head.seq, head))
  }

  async signedHeads(tree: string): Promise<readonly SignedHead[]> {
    return [...(this.#disk.trees.get(tree)?.heads.values() ?? [])].toSorted((left, right) => left.seq - right.seq)
  }

  saveSnapshot(tree: string, snapshot: FoldSnapshot): Promise<void> {
    return this.#write(() => {
      this.#need(tree).snapshot = snapshot
    })
  }

  async snapshot(tree: string): Promise<FoldSnapshot | undefined> {
    return this.#disk.trees.get(tree)?.snapshot
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  async #append(change: () => void): Promise<void> {
    this.#faults('store.append.before')
    await this.#write(change)
    this.#faults('store.append.after')
  }

  async #write(change: () => void): Promise<void> {
    if (this.#closed) throw new AppError('unavailable', 'The store is closed. Start the server again.')
    await Promise.resolve()
    if (this.#disk.full) throw new AppError('unavailable', 'The disk is full. Nothing was stored. Free some space, then try again.')
    change()
  }

  #need(tree: string): MemoryTree {
    const found = this.#disk.trees.get(tree)
    if (found === undefined) throw new AppError('not_found', `There is no session tree ${tree}. It may have been removed.`)
    return found
  }
}
