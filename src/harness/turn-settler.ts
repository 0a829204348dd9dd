import { AppError } from '../spec/app-error.ts'
import type { HarnessContext, HarnessSignal } from '../spec/ports/harness.ts'

type Settled = Extract<HarnessSignal, { type: 'settled' }>

/** Keeps the one promise that matters: exactly one `settled` per prompt, whatever the program does. */
export class TurnSettler {
  readonly #emit: HarnessContext['emit']
  #running: PromiseWithResolvers<void> | undefined
  #interrupting = false

  constructor(emit: HarnessContext['emit']) {
    this.#emit = emit
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  get interrupting(): boolean {
    return this.#interrupting
  }

  /** @throws {AppError} 'conflict' while a turn runs. */
  start(): void {
    if (this.#running !== undefined) throw new AppError('conflict', 'A turn is running already.')
    this.#running = Promise.withResolvers()
    this.#interrupting = false
  }

  /** A stop was ordered: however the program ends the turn now, it was interrupted. Resolves when it is over. */
  async interrupted(): Promise<void> {
    this.#interrupting = true
    await this.#running?.promise
  }

  settle(signal: Settled): void {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    this.#emit(this.#interrupting ? { type: 'settled', outcome: 'interrupted' } : signal)
    running.resolve()
  }

  fail(reason: string, advice: string): void {
    this.settle({ type: 'settled', outcome: 'failed', reason, advice })
  }
}
