import { CallError } from './answer.ts'

/** What went wrong with a model call, in words a person can act on. */
export interface ServiceProblem {
  readonly kind: 'busy' | 'quota' | 'too-long' | 'sign-in' | 'refused' | 'network'
  /** The service's own words where it said any. */
  readonly message: string
  readonly advice: string
  /** How long the service asks to wait, in milliseconds. */
  readonly waitMs?: number
  /** A limit of the account was reached, of its rate or its quota. */
  readonly limited?: boolean
}

/** A service's words are a sentence or two; what is longer is a dump of a program. */
const maxChars = 1_000
/** A service that asks for longer is not busy but closed: a person is told instead. */
export const longestWaitMs = 90_000

const quotaWords = /insufficient_quota|quota|credit balance|billing|usage.?limit|spending limit|payment required/i
const lengthWords = /prompt is too long|context.{0,10}(length|window)|too many tokens|maximum.{0,30}tokens|input is too long|exceeds the limit of \d+ tokens/i
const networkWords = /fetch failed|terminated|socket|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UND_ERR|other side closed|network|ended the stream|timeout/i
const busyWords = /overloaded|rate.?limit|server_error|internal_server_error|api_error|temporarily unavailable|try again/i

/** @param now epoch ms, for dates in `retry-after` */
export function serviceProblem(error: unknown, now: number): ServiceProblem {
  if (error instanceof CallError && error.status !== undefined) return ofStatus(error, error.status, now)
  const message = wordsOf(error)
  if (lengthWords.test(message)) return { kind: 'too-long', message, advice: 'Start a new session, or send a shorter prompt.' }
  if (quotaWords.test(message)) return { kind: 'quota', message, advice: 'Look at the limits of your account with the service, or switch the model.', limited: true }
  if (busyWords.test(message)) return { kind: 'busy', message, advice: 'Send the prompt again in a while.' }
  if (networkWords.test(message) || error instanceof CallError) return { kind: 'network', message, advice: 'Check the connection and the address of the model service, then send the prompt again.' }
  return { kind: 'refused', message, advice: 'Look at the message, then send the prompt again.' }
}

function ofStatus(error: CallError, status: number, now: number): ServiceProblem {
  const message = `${status} ${wordsOf(error)}`
  const waitMs = waitOf(error, now)
  const wait = waitMs === undefined ? {} : { waitMs }
  // One service calls the limit of a minute a quota too: what passes soon is waited for.
  const soon = waitMs !== undefined && waitMs <= longestWaitMs
  if (status === 402 || (status === 429 && !soon && quotaWords.test(`${error.message} ${error.body}`))) {
    return { kind: 'quota', message, advice: 'Look at the limits of your account with the service, or switch the model.', limited: true, ...wait }
  }
  // A service that says so itself is believed.
  const again = error.headers['x-should-retry']
  if (again !== 'false' && (status === 408 || status === 409 || status === 429 || status >= 500 || again === 'true')) return { kind: 'busy', message, advice: 'Send the prompt again in a while.', limited: status === 429 || waitMs !== undefined, ...wait }
  if (status === 401 || status === 403) return { kind: 'sign-in', message, advice: 'Check the key of this model service, and that it may use the model.' }
  if (status === 413 || lengthWords.test(message)) return { kind: 'too-long', message, advice: 'Start a new session, or send a shorter prompt.' }
  return { kind: 'refused', message, advice: status === 404 ? 'Check the name of the model and the address of the service.' : 'Look at the message of the model service, then send the prompt again.' }
}

function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) {
    const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined
    const type = typeof error === 'object' && error !== null && 'type' in error ? `${String(error.type)}: ` : ''
    return typeof message === 'string' ? type + message : JSON.stringify(error)
  }
  const cause = error.cause instanceof Error && !(error instanceof CallError) ? `: ${error.cause.message}` : ''
  return (error.message + cause).slice(0, maxChars)
}

function waitOf({ headers, body }: CallError, now: number): number | undefined {
  const exact = Number(headers['retry-after-ms'])
  if (headers['retry-after-ms'] !== undefined && Number.isFinite(exact)) return Math.max(0, exact)
  const after = headers['retry-after']
  if (after === undefined) return waitInBody(body)
  const seconds = Number(after)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(after) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** One service says it in its answer. @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto `RetryInfo` */
function waitInBody(body: string): number | undefined {
  const seconds = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}
