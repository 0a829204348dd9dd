/** Every code a caller can act on. `server/` maps each to one HTTP status in one table. */
export type ErrorCode =
  | 'invalid' // the input is wrong: fix it
  | 'unauthorized' // no or wrong token
  | 'forbidden' // known, but not allowed
  | 'untrusted' // a person must say yes first: `details` is the trust card
  | 'not_found'
  | 'conflict' // stale number, already answered, already exists
  | 'too_large'
  | 'unavailable' // a part that is needed is not there now: host, harness, disk
  | 'unsupported' // written by a newer version, or not available yet
  | 'timeout'
  | 'internal'

/**
 * A failure somebody can act on. `message` says what happened and what to do next;
 * `details` is JSON that a program can read. Anything else that is thrown is a bug.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: unknown

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details
  }
}
