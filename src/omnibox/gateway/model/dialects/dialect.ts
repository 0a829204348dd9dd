import type { Usage } from '../../../../spec/events/usage.ts'
import type { DialectId } from '../../../../spec/net/model-service.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Lower-case names, as Node has them. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** What a request for an answer says about itself. */
export interface ModelCall {
  readonly model: string
  readonly stream: boolean
  /** Tokens that it can answer at most: its own limit, else the most that models of this dialect give. */
  readonly maxOutput: number
  /** Tokens of the whole prompt at most: tools, system prompt, texts, and what is not text by a stated bound. */
  readonly inputTokens: number
  /** The prompt declares tools, as every call of an agent's own work does. */
  readonly hasTools: boolean
  /** For certain no part of the work: a probe, a title, a suggestion. */
  readonly isSideCall: boolean
}

/** A whole answer, or one piece of a stream. `event` is the name that the stream gives it; empty without one. */
export interface AnswerPiece {
  readonly event: string
  readonly data: unknown
}

export interface AnswerError {
  /** The service's own word for it; empty without one. */
  readonly type: string
  readonly message: string
}

/** What an answer has told so far. */
export interface Tally {
  /** As the answer names it. */
  readonly model?: string
  /** Tokens by the service's own count. It is not the last word before `complete`. */
  readonly told?: Usage
  /** The service has said all that it had to say. */
  readonly complete: boolean
  /** Bytes of what the model wrote, as far as it was shown. */
  readonly outputBytes: number
  readonly error?: AnswerError
}

/** Reads the pieces of one answer, in order. Never throws: what it does not know it passes over. */
export interface Meter {
  take(piece: AnswerPiece): void
  tally(): Tally
}

/** An answer of ours. With headers sent already, only `body` is used: the frames that end the stream. */
export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How one model API is read and answered. Pure: no clock, no sockets. */
export interface Dialect {
  readonly id: DialectId
  /**
   * `call`: an answer of a model, which costs. `free`: a question about it, which does not: what a text counts, which models
   * there are. Undefined: neither, or not known to be.
   * @param path without its query
   */
  recognise(method: string, path: string): 'call' | 'free' | undefined
  /** @param path without its query */
  readRequest(body: JsonObject, path: string): ModelCall | { readonly problem: string }
  /** A request that tells its usage, where this one would not; undefined where it does anyway. What is added to the answer is taken out again. */
  askForUsage?(body: JsonObject): JsonObject | undefined
  createMeter(): Meter
  /** Says no in the way after which the clients of this dialect stop and show `reason` as it is. */
  refusal(reason: string, at: { readonly headersSent: boolean }): OwnAnswer
}

/** The end of a turn whose call still waits for a person. */
export function paused(dialect: Dialect, reason: string): OwnAnswer {
  return dialect.refusal(`Waiting for approval: ${reason} Nothing was sent to the model. Go on once it is approved.`, { headersSent: false })
}
