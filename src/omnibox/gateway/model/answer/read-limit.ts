import type { HeaderFields } from '../dialects/dialect.ts'
import { isObject, member, textOf } from '../request/estimate-request.ts'

export interface ServiceLimit {
  /** The service's own words, or ours where it has none. */
  readonly message: string
  /** When it takes calls again, in epoch milliseconds. */
  readonly resetAt?: number
}

interface LimitedAnswer {
  readonly status: number
  readonly headers: HeaderFields
  /** As text, as much of it as was read. */
  readonly body: string
}

const longest = 7 * 24 * 3_600_000
/** What services call a limit where the status does not say it. */
const limitWords = /quota|rate.?limit|resource.?exhausted|usage.?limit|credit balance|insufficient.?(funds|balance|credits)|billing/i

/**
 * A model service's word that it takes no more calls for now: a limit of rate, a quota used up, no money left. Undefined for any
 * other answer; what fails in passing (5xx) is none.
 * @param now epoch milliseconds
 */
export function readLimit({ status, headers, body }: LimitedAnswer, now: number): ServiceLimit | undefined {
  const error = errorIn(body)
  const said = textOf(member(error, 'message'))
  const kinds = ['type', 'code', 'status', 'message'].map((key) => textOf(member(error, key))).join(' ')
  const limited = status === 429 || status === 402 || status === 529 || ((status === 400 || status === 403) && limitWords.test(kinds))
  if (!limited) return undefined
  const message = said === '' ? `The model service takes no more calls for now (${status}).` : said.slice(0, 500)
  const reset = resetOf(headers, error, now)
  // A time that has passed or is far away is somebody's broken clock.
  return { message, ...(reset !== undefined && reset >= now && reset - now <= longest ? { resetAt: Math.round(reset) } : {}) }
}

/** The same for an error that comes in a stream, where no status is. */
export function isLimitError(type: string): boolean {
  return limitWords.test(type) || /overloaded/i.test(type)
}

function errorIn(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body)
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed
    return isObject(member(first, 'error')) ? member(first, 'error') : first
  } catch {
    return undefined
  }
}

/** The plainest word first: how long to wait, then when the exhausted allowance is full again, then what the body says. */
function resetOf(headers: HeaderFields, error: unknown, now: number): number | undefined {
  const field = (name: string) => [headers[name]].flat()[0]
  const milliseconds = Number(field('retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return now + milliseconds
  return momentOf(field('retry-after'), now) ?? exhausted(headers, now) ?? fromBody(error, now)
}

/**
 * Two families of headers: `<maker>-ratelimit-<what>-reset` with `…-remaining`, and `x-ratelimit-reset-<what>` with
 * `x-ratelimit-remaining-<what>`. Of those with nothing remaining the latest holds.
 */
function exhausted(headers: HeaderFields, now: number): number | undefined {
  const resets = Object.entries(headers).flatMap(([name, value]) => {
    if (!/ratelimit.*reset/.test(name)) return []
    const at = momentOf([value].flat()[0], now)
    const remaining = [headers[name.replace('reset', 'remaining')]].flat()[0]
    return at === undefined ? [] : [{ at, empty: remaining !== undefined && Number(remaining) <= 0 }]
  })
  const empty = resets.filter((each) => each.empty)
  const [first, ...others] = (empty.length > 0 ? empty : resets.length === 1 ? resets : []).map(({ at }) => at)
  return first === undefined ? undefined : Math.max(first, ...others)
}

/** Seconds to wait, a length such as `6m0s`, epoch seconds, or a date. */
function momentOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const seconds = Number(text)
  // So many seconds to wait would be thirty years: it is a moment.
  if (Number.isFinite(seconds)) return seconds > 1_000_000_000 ? seconds * 1_000 : now + Math.max(0, seconds) * 1_000
  const length = lengthOf(text)
  if (length !== undefined) return now + length
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : date
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function lengthOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce((sum, [, amount = '0', unit = 's']) => sum + Number(amount) * (units[unit] ?? 0), 0)
}

/** `resets_at` (epoch seconds), `resets_in_seconds`, or a detail of type RetryInfo with `retryDelay`, as in `37s`. */
function fromBody(error: unknown, now: number): number | undefined {
  const [at, wait, details] = [member(error, 'resets_at'), member(error, 'resets_in_seconds'), member(error, 'details')]
  if (typeof at === 'number') return at * 1_000
  if (typeof wait === 'number') return now + wait * 1_000
  const delays = (Array.isArray(details) ? (details as readonly unknown[]) : []).map((detail) => lengthOf(textOf(member(detail, 'retryDelay')))).filter((delay) => delay !== undefined)
  return delays.length === 0 ? undefined : now + Math.max(...delays)
}
