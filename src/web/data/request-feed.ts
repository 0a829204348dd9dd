import { Store } from '../../client/store.ts'
import type { EventPage } from '../../spec/api/http.ts'
import { AppError } from '../../spec/app-error.ts'
import { readEvent } from '../../spec/events/session-event.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import { addToRequestLog, emptyRequestLog, type RequestLog } from './request-log.ts'

export interface FeedState {
  readonly log: RequestLog
  /** Events up to this number were not looked at; 0: all were. */
  readonly from: number
  /** The last event that was looked at. */
  readonly seq: number
  readonly isReading: boolean
  readonly error: AppError | undefined
}

interface Options {
  readonly session: string
  /** The log's last event when it begins. */
  readonly seq: number
  readonly clock: Clock
  readPage(query: { readonly after: number; readonly limit: number }): Promise<EventPage>
}

/** Events that are looked at to begin with, and how many times more with each look back. */
const firstLook = 4_000
const widerBy = 4
const pageSize = 1_000
/** What happens within this time is read in one go. */
const gatherMs = 200

/** The requests of one session, read from its log page by page and kept up to date. */
export class RequestFeed extends Store<FeedState> {
  readonly #options: Options
  #wanted: number
  #from: number
  #seq: number
  #log = emptyRequestLog
  #isBusy = false
  #isClosed = false
  /** A page that was asked for in an earlier round is of no use. */
  #round = 0

  constructor(options: Options) {
    const from = Math.max(0, options.seq - firstLook)
    super({ log: emptyRequestLog, from, seq: from, isReading: from < options.seq, error: undefined })
    this.#options = options
    this.#wanted = options.seq
    this.#from = from
    this.#seq = from
    void this.#read()
  }

  /** The log goes up to here now. */
  follow(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq)
    void this.#read()
  }

  /** Reads again, from further back: an answer in the newer part needs its question in the older one. */
  lookBack(): void {
    this.#round += 1
    this.#from = Math.max(0, this.#wanted - widerBy * (this.#wanted - this.#from))
    this.#seq = this.#from
    this.#log = emptyRequestLog
    this.set({ ...this.state, isReading: true, error: undefined })
    void this.#read()
  }

  close(): void {
    this.#isClosed = true
  }

  async #read(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      while (!this.#isClosed && this.#seq < this.#wanted) await this.#readPage()
    } catch (error) {
      this.set({ ...this.state, isReading: false, error: error instanceof AppError ? error : new AppError('internal', 'Something in this page went wrong. Reload it.', { cause: error }) })
    } finally {
      this.#isBusy = false
    }
  }

  async #readPage(): Promise<void> {
    const [round, wanted] = [this.#round, this.#wanted]
    const { events } = await this.#options.readPage({ after: this.#seq, limit: pageSize })
    if (round !== this.#round) return
    this.#log = addToRequestLog(this.#log, events.filter(({ session }) => session === this.#options.session).map(readEvent))
    const last = events.at(-1)
    if (last !== undefined) this.#seq = last.seq
    // More was announced than is there: the rest is announced again when it is.
    else if (wanted === this.#wanted) this.#wanted = this.#seq
    const isWhole = this.#seq >= this.#wanted
    // Of a look back nothing is shown before it has come to where the last one was.
    if (isWhole || this.#seq >= this.state.seq) this.set({ ...this.state, log: this.#log, from: this.#from, seq: this.#seq, isReading: !isWhole, error: undefined })
    if (isWhole) await this.#gather()
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(gatherMs, resolve)
    })
  }
}
