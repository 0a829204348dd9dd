/** A value that changes and says so. The shape that React's `useSyncExternalStore` wants. */
export class Store<State> {
  #state: State
  readonly #listeners = new Set<() => void>()

  constructor(state: State) {
    this.#state = state
  }

  get state(): State {
    return this.#state
  }

  /** Returns the function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  protected set(state: State): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }
}
