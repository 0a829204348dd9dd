import type { ItemPage } from '../spec/api/http.ts'
import type { AppError } from '../spec/app-error.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { Store } from './store.ts'
import type { Connection, LiveConnection, Subscription } from './live-connection.ts'
import { addOlder, emptyLiveState, type LiveState, receive } from './live-state.ts'

export interface SessionState extends LiveState {
  readonly connection: Connection
  readonly loadingOlder: boolean
  /** Why nothing (more) comes; undefined while all is well. */
  readonly error: AppError | undefined
}

interface Options {
  readonly session: string
  /** Items in the first page and in each older one. */
  readonly items: number
  readonly connection: LiveConnection
  loadPage(query: { before: number; limit: number }): Promise<ItemPage>
}

/** One session, followed live. The state is replaced, never changed in place. */
export class LiveSession extends Store<SessionState> {
  readonly #options: Options
  readonly #subscription: Subscription
  /** Events that arrived while an older page was on its way. */
  #since: Envelope[] = []

  constructor(options: Options) {
    super({ ...emptyLiveState(options.session), connection: 'connecting', loadingOlder: false, error: undefined })
    this.#options = options
    this.#subscription = options.connection.subscribe({
      target: () => ({
        kind: 'session', session: options.session, items: options.items,
        ...(this.state.view === undefined ? {} : { after: this.state.seq }),
      }),
      message: (message) => {
        if (message.type === 'events' && this.state.loadingOlder) this.#since.push(...message.events)
        const next = receive(this.state, message)
        const asksAgain = next.stale && !this.state.stale
        this.set({ ...this.state, ...next, error: undefined })
        if (asksAgain) this.#subscription.resubscribe()
      },
      connection: (connection) => this.set({ ...this.state, connection }),
      failed: (error) => this.set({ ...this.state, error }),
    })
  }

  /** Fetches the page before the first item. Does nothing when there is none or one is on its way. */
  async loadOlder(): Promise<void> {
    const first = this.state.items[0]
    if (!this.state.older || this.state.loadingOlder || first === undefined) return
    this.#since = []
    this.set({ ...this.state, loadingOlder: true })
    try {
      const page = await this.#options.loadPage({ before: first.key, limit: this.#options.items })
      // A snapshot may have replaced everything meanwhile: then the page belongs to what is gone.
      if (this.state.items[0]?.key === first.key) this.set({ ...this.state, ...addOlder(this.state, page, this.#since) })
    } finally {
      this.#since = []
      this.set({ ...this.state, loadingOlder: false })
    }
  }

  close(): void {
    this.#subscription.close()
  }
}
