import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../../spec/app-error.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { ReachFault } from '../../spec/ports/faults.ts'
import type { NumberedFact } from '../../spec/ports/host-link.ts'
import { dropAcknowledged } from './drop-acknowledged.ts'
import type { WaitingFact } from './drop-acknowledged.ts'
import { maxWaitingBytes } from './outbox.ts'
import type { Outbox, Report } from './outbox.ts'
import { listEpochs, outboxPath, readOutboxFile, removeOutboxFile, syncFolder } from './outbox-file.ts'

export interface DiskOutboxOptions {
  /** A private folder for outbox files alone. */
  readonly dir: string
  /** Sorts after every earlier epoch; letters, digits, `_` and `-` only. */
  readonly epoch: string
  readonly clock: Clock
  readonly faults: ReachFault
  report(problem: string, cause?: unknown): void
  readonly maxBytes?: number
}

/** Opens the folder, with what earlier epochs left in it. @throws {AppError} 'unavailable' when it cannot be written. */
export async function openDiskOutbox(options: DiskOutboxOptions): Promise<Outbox> {
  const { dir, epoch } = options
  if (!/^[\w-]+$/.test(epoch)) throw new AppError('invalid', `"${epoch}" is no epoch id.`)
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const older: WaitingFact[] = []
    for (const each of await listEpochs(dir)) {
      if (each === epoch) throw new Error(`epoch ${epoch} has been used`)
      const { facts, damaged } = await readOutboxFile(outboxPath(dir, each))
      if (damaged > 0) options.report(`${damaged} lines of ${outboxPath(dir, each)} cannot be read; what they reported is lost`)
      if (facts.length === 0) await removeOutboxFile(outboxPath(dir, each))
      older.push(...facts.map((fact) => ({ fact, bytes: JSON.stringify(fact).length })))
    }
    // `x`: an epoch is used once; a second host with the same one must not mix its facts into this file.
    const file = await open(outboxPath(dir, epoch), 'ax', 0o600)
    await syncFolder(dir)
    return new DiskOutbox(options, file, older)
  } catch (cause) {
    throw new AppError('unavailable', `The host cannot use its outbox in ${dir}. Check that the folder is yours and the disk has room.`, { cause })
  }
}

interface Queued {
  readonly fact: NumberedFact
  readonly line: string
  readonly done: PromiseWithResolvers<NumberedFact>
}

const retryMs = 1_000

/** Alive: it owns an open file and the loop that writes to it. */
class DiskOutbox implements Outbox {
  readonly #options: DiskOutboxOptions
  readonly #file: FileHandle
  /** Epoch by epoch, numbers rising in each. */
  readonly #waiting: WaitingFact[]
  #bytes: number
  #last = 0
  #size = 0
  #queue: Queued[] = []
  #writing: Promise<void> | undefined
  #cleaning: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: DiskOutboxOptions, file: FileHandle, older: WaitingFact[]) {
    this.#options = options
    this.#file = file
    this.#waiting = older
    this.#bytes = older.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get epoch(): string {
    return this.#options.epoch
  }

  get full(): boolean {
    return this.#bytes >= (this.#options.maxBytes ?? maxWaitingBytes)
  }

  append(report: Report): Promise<NumberedFact> {
    if (this.#closed) return Promise.reject(new AppError('unavailable', 'The outbox is closed.'))
    this.#last += 1
    const fact: NumberedFact = { type: 'fact', epoch: this.epoch, n: this.#last, ...report }
    const line = `${JSON.stringify(fact)}\n`
    const done = Promise.withResolvers<NumberedFact>()
    this.#queue.push({ fact, line, done })
    // Counted at once: what waits for a slow disk fills memory as well.
    this.#bytes += line.length
    this.#writing ??= this.#writeAll()
    return done.promise
  }

  pending(): readonly NumberedFact[] {
    return this.#waiting.map(({ fact }) => fact)
  }

  acknowledge(epoch: string, n: number): void {
    this.#options.faults('outbox.drop.before')
    const dropped = dropAcknowledged(this.#waiting, epoch, n)
    if (dropped.length > 0) {
      this.#bytes -= dropped.reduce((sum, { bytes }) => sum + bytes, 0)
      if (!this.#waiting.some(({ fact }) => fact.epoch === epoch)) this.#clean(epoch)
    }
    this.#options.faults('outbox.drop.after')
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#writing
    await this.#cleaning
    await this.#file.close()
    if (this.#waiting.every(({ fact }) => fact.epoch !== this.epoch)) await removeOutboxFile(outboxPath(this.#options.dir, this.epoch))
  }

  /** Group commit: everything that queued up while the last batch was synced is the next one. */
  async #writeAll(): Promise<void> {
    await Promise.resolve() // Lets the facts of one task share a sync.
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      try {
        this.#options.faults('outbox.append.before')
        await this.#write(Buffer.from(batch.map(({ line }) => line).join('')))
        this.#waiting.push(...batch.map(({ fact, line }) => ({ fact, bytes: line.length })))
        this.#options.faults('outbox.append.after')
      } catch (error) {
        for (const { done } of [...batch, ...this.#queue.splice(0)]) done.reject(error)
      }
      for (const { done, fact } of batch) done.resolve(fact)
    }
    this.#writing = undefined
  }

  /** A full disk may have taken a part: it is cut off again, and the whole batch retried until it holds. */
  async #write(bytes: Buffer): Promise<void> {
    for (;;) {
      try {
        await this.#file.appendFile(bytes)
        await this.#file.datasync()
        this.#size += bytes.length
        return
      } catch (error) {
        if (this.#closed) throw new AppError('unavailable', 'The outbox was closed while its disk took no more.', { cause: error })
        this.#options.report('writing to the outbox; trying again', error)
        await this.#file.truncate(this.#size).catch((cause: unknown) => this.#options.report('mending the outbox', cause))
        await new Promise<void>((resolve) => this.#options.clock.after(retryMs, resolve))
      }
    }
  }

  /** Nothing of this epoch waits: its file goes, or is emptied while it is still written to. */
  #clean(epoch: string): void {
    const { dir, report } = this.#options
    this.#cleaning = this.#cleaning.then(async () => {
      if (epoch !== this.epoch) return removeOutboxFile(outboxPath(dir, epoch))
      // Only between batches, and only if nothing new has been written meanwhile.
      if (this.#writing !== undefined || this.#waiting.some(({ fact }) => fact.epoch === epoch)) return
      const emptied = this.#file.truncate(0).then(() => {
        this.#size = 0
      })
      this.#writing = emptied.catch(() => undefined).then(() => this.#writeAll())
      await emptied
    }).catch((cause: unknown) => report('cleaning up the outbox', cause))
  }
}
