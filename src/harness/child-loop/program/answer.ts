import type { Usage } from '../../../spec/events/usage.ts'
import type { ModelChoice } from '../model-choice.ts'
import type { Part } from './conversation.ts'
import type { OfferedTool } from './offered-tools.ts'
import type { ShownMessage } from './shown-messages.ts'

export interface Question {
  readonly choice: ModelChoice
  readonly effort?: string | undefined
  readonly system: string
  readonly messages: readonly ShownMessage[]
  readonly tools: readonly OfferedTool[]
  /** Names the conversation, for services that keep caches by name. */
  readonly key: string
  readonly signal: AbortSignal
}

export interface Listener {
  text(text: string): void
  reasoning(text: string): void
}

export interface Answer {
  readonly parts: readonly Part[]
  readonly usage: Usage
  /** Tokens that the whole call took, cached ones too. */
  readonly total: number
  readonly cut: boolean
}

/** What a service said before it broke off, beside the error. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
  readonly parts: readonly Part[]

  constructor(cause: unknown, parts: readonly Part[]) {
    super('The answer broke off.', { cause })
    this.parts = parts
  }
}

/** How a library's error for a call that a service answered, or did not, is handed on. */
export class CallError extends Error {
  override readonly name = 'CallError'
  /** Undefined when nothing answered. */
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string

  constructor(message: string, { status, headers = {}, body = '' }: { readonly status?: number | undefined; readonly headers?: Readonly<Record<string, string>> | undefined; readonly body?: string | undefined }) {
    super(message)
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/**
 * One model call, streamed. No retry here: `withRetry` decides.
 * @throws {BrokenAnswer} with what had come, whatever went wrong: the service's refusal, the network, an abort.
 */
export type AskModel = (question: Question, listener: Listener) => Promise<Answer>
