/** The conversation and the sub-agents below it: which call started each, and which of them are at work. */
export class ThreadTree {
  /** The thread that people talk with. */
  root = ''
  readonly #startedBy = new Map<string, string>()
  /** Sub-agents at work with the id of their turn; empty until they say it. */
  readonly #working = new Map<string, string>()
  #lastStart: string | undefined

  /** A call has started a sub-agent, which begins to work. */
  start(thread: string, call: string): void {
    this.#startedBy.set(thread, call)
    this.#working.set(thread, '')
    this.#lastStart = call
  }

  /** The call that started the sub-agent of a thread; undefined for the conversation itself. One that speaks before its start was told belongs to the last start. */
  callOf(thread: string): string | undefined {
    return thread === this.root ? undefined : (this.#startedBy.get(thread) ?? this.#lastStart)
  }

  startTurn(thread: string, turn: string): void {
    this.#working.set(thread, turn)
  }

  endTurn(thread: string): void {
    this.#working.delete(thread)
  }

  get working(): ReadonlyMap<string, string> {
    return this.#working
  }

  /** Nobody is at work any more, whatever they said. */
  clear(): void {
    this.#working.clear()
  }
}
