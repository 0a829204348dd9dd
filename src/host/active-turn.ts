import type { Settled } from './turn-failure.ts'

/** A turn from its order to its settling. */
export class ActiveTurn {
  readonly id: string
  readonly #ending = Promise.withResolvers<Settled>()
  readonly #start = new AbortController()
  /** Set by the first order to stop. */
  stopping = false
  /** True once the program has been given the prompt. */
  prompted = false
  /** True when the program itself said that the turn is over. */
  settledByProgram = false
  /** Steers that came before the prompt was given. */
  readonly heldSteers: { readonly steer: string; readonly text: string }[] = []
  /** Steers that the program has and has not confirmed, oldest first. */
  readonly openSteers: string[] = []

  constructor(id: string) {
    this.id = id
  }

  /** Resolves with how the turn ends: the first word on it holds. */
  get ending(): Promise<Settled> {
    return this.#ending.promise
  }

  get startSignal(): AbortSignal {
    return this.#start.signal
  }

  end(ending: Settled): void {
    this.#ending.resolve(ending)
    this.#start.abort()
  }
}
