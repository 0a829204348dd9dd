import { estimateTokens, type Message } from './conversation.ts'

/** How much of the window the conversation takes: what the service counted last, and an estimate of what came since. */
export class ContextMeter {
  readonly #systemTokens: number
  #counted: { readonly tokens: number; readonly messages: number } | undefined

  constructor(system: string) {
    this.#systemTokens = Math.ceil(system.length / 4)
  }

  /** @param messages how many there were, its answer included */
  count(tokens: number, messages: number): void {
    this.#counted = { tokens, messages }
  }

  /** The conversation has become another one. */
  forget(): void {
    this.#counted = undefined
  }

  used(messages: readonly Message[]): number {
    if (this.#counted === undefined) return this.#systemTokens + estimateTokens(messages)
    return this.#counted.tokens + estimateTokens(messages.slice(this.#counted.messages))
  }
}
