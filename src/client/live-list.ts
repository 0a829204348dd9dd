import type { SessionPage } from '../spec/api/http.ts'
import { AppError } from '../spec/app-error.ts'
import { addPage, emptyListState, type ListState, mergeRows, replaceFirstPage } from './list-state.ts'
import type { Connection, LiveConnection, Subscription } from './live-connection.ts'
import { Store } from './store.ts'

export interface LiveListState extends ListState {
  readonly connection: Connection
  readonly error: AppError | undefined
}

interface Options {
  readonly connection: LiveConnection
  loadPage(cursor: string | undefined): Promise<SessionPage>
}

/** The session list, followed live: subscribed first, then read, so that no change falls in between. */
export class LiveList extends Store<LiveListState> {
  readonly #options: Options
  readonly #subscription: Subscription
  /** Sessions pushed since the first page was last asked for. */
  #touched = new Set<string>()
  #loading = false

  constructor(options: Options) {
    super({ ...emptyListState, connection: 'connecting', error: undefined })
    this.#options = options
    this.#subscription = options.connection.subscribe({
      target: () => ({ kind: 'list' }),
      subscribed: () => void this.#refresh(),
      message: (message) => {
        if (message.type !== 'rows') return
        for (const row of message.rows) this.#touched.add(row.session)
        this.set({ ...this.state, ...mergeRows(this.state, message.rows, message.removed) })
      },
      connection: (connection) => this.set({ ...this.state, connection }),
      failed: (error) => this.set({ ...this.state, error }),
    })
  }

  async loadMore(): Promise<void> {
    const { next } = this.state
    if (next === undefined || this.#loading) return
    this.#loading = true
    try {
      const page = await this.#options.loadPage(next)
      this.set({ ...this.state, ...addPage(this.state, page) })
    } finally {
      this.#loading = false
    }
  }

  close(): void {
    this.#subscription.close()
  }

  async #refresh(): Promise<void> {
    this.#touched = new Set()
    try {
      const page = await this.#options.loadPage(undefined)
      this.set({ ...this.state, ...replaceFirstPage(this.state, page, this.#touched), error: undefined })
    } catch (error) {
      this.set({ ...this.state, error: error instanceof AppError ? error : new AppError('internal', 'The list could not be read.', { cause: error }) })
    }
  }
}
