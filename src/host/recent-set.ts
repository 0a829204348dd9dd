/** Remembers the newest `max` texts. */
export class RecentSet {
  readonly #max: number
  readonly #texts = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  /** False when the text is remembered already. */
  add(text: string): boolean {
    if (this.#texts.has(text)) return false
    this.#texts.add(text)
    const oldest = this.#texts.values().next()
    if (this.#texts.size > this.#max && oldest.done !== true) this.#texts.delete(oldest.value)
    return true
  }
}
