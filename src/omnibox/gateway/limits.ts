/** Milliseconds, bytes and counts, each per session unless it says otherwise. */
export interface Limits {
  /** How long a request is held for an answer: below the five minutes after which clients give up. */
  readonly holdMs: number
  /** How long a client may be gone before what it asked for is withdrawn. */
  readonly retryMs: number
  /** How long a late answer is kept for a retry. */
  readonly grantMs: number
  /** An ask older than this waits for a person: the same request joins it instead of asking again. */
  readonly joinAfterMs: number
  readonly maxOpenAsks: number
  readonly maxConnections: number
  /** Connections that have not sent their first whole request head; the oldest goes when there are more. */
  readonly maxHalfOpen: number
  /** Requests that have no answer yet, over all connections: many can come on one. */
  readonly maxUnderWay: number
  /** For one request head, the TLS handshake before it included. */
  readonly headMs: number
  readonly maxHeadBytes: number
  readonly maxHeaders: number
  /** To reach an upstream, its name and its TLS handshake included. */
  readonly connectMs: number
  /** From the end of a request to the head of its answer. */
  readonly answerMs: number
  readonly maxAnswerHeadBytes: number
  /** Of a push's command list. */
  readonly maxCommandBytes: number
}

export const defaultLimits: Limits = {
  holdMs: 270_000,
  retryMs: 60_000,
  grantMs: 600_000,
  joinAfterMs: 1_000,
  maxOpenAsks: 64,
  maxConnections: 1_024,
  maxHalfOpen: 256,
  maxUnderWay: 512,
  headMs: 30_000,
  maxHeadBytes: 65_536,
  maxHeaders: 128,
  connectMs: 30_000,
  answerMs: 600_000,
  maxAnswerHeadBytes: 131_072,
  maxCommandBytes: 1_048_576,
}
