import { Store } from '../../client/store.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Clock } from '../../spec/ports/clock.ts'

export interface Message {
  readonly id: number
  readonly tone: 'info' | 'error'
  readonly text: string
}

const infoMs = 4_000
const errorMs = 12_000

/** Short messages in the corner: what went wrong and what to do, or that something was done. */
export class Messages extends Store<readonly Message[]> {
  readonly #clock: Clock
  #last = 0

  constructor(clock: Clock) {
    super([])
    this.#clock = clock
  }

  info(text: string): void {
    this.#show('info', text, infoMs)
  }

  error(error: unknown): void {
    const text = error instanceof AppError ? error.message : 'Something in this page went wrong. Reload it; the session itself goes on.'
    if (!(error instanceof AppError)) console.error(error)
    this.#show('error', text, errorMs)
  }

  dismiss(id: number): void {
    this.set(this.state.filter((message) => message.id !== id))
  }

  #show(tone: Message['tone'], text: string, forMs: number): void {
    this.#last += 1
    const id = this.#last
    this.set([...this.state.filter((message) => message.text !== text), { id, tone, text }].slice(-3))
    this.#clock.after(forMs, () => this.dismiss(id))
  }
}
