import { describe, expect, it } from 'vitest'
import { readLimit } from './read-limit.ts'

const now = Date.parse('2026-11-26T12:00:00Z')
const limit = (status: number, headers: Record<string, string> = {}, body: unknown = {}) => readLimit({ status, headers, body: JSON.stringify(body) }, now)
const seconds = (status: number, headers: Record<string, string> = {}, body: unknown = {}) => ((limit(status, headers, body)?.resetAt ?? Number.NaN) - now) / 1_000

describe('a limit of the service', () => {
  it('is told in its own words', () => {
    expect(limit(429, { 'retry-after': '5' }, { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } })).toEqual({ message: 'Slow down.', resetAt: now + 5_000 })
    expect(limit(529)).toEqual({ message: 'The model service takes no more calls for now (529).' })
    expect(limit(402, {}, { error: { message: 'Insufficient credits' } })).toEqual({ message: 'Insufficient credits' })
  })

  it.each([
    ['of a forbidden call whose body says quota', 403, { error: { code: 403, status: 'RESOURCE_EXHAUSTED', message: 'x' } }],
    ['of a bad request without money', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low.' } }],
    ['of an array that grows', 429, [{ error: { message: 'x' } }]],
  ])('is known %s', (_name, status, body) => {
    expect(limit(status, {}, body)).toBeDefined()
  })

  it.each([[500], [502], [503], [401], [404]])('is not %s', (status) => {
    expect(limit(status, { 'retry-after': '5' }, { error: { message: 'rate limit? no' } })).toBeUndefined()
  })

  it.each([[400, 'max_tokens is too large'], [403, 'Your key may not use this model.']])('is not %s without its words', (status, message) => {
    expect(limit(status, {}, { error: { message } })).toBeUndefined()
  })
})

describe('when it takes calls again', () => {
  it.each([
    ['seconds', { 'retry-after': '30' }, 30],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '30' }, 1.5],
    ['a date', { 'retry-after': 'Thu, 26 Nov 2026 12:01:00 GMT' }, 60],
    ['the allowance that is used up', { 'x-maker-ratelimit-requests-remaining': '5', 'x-maker-ratelimit-requests-reset': '2026-11-26T12:00:10Z', 'x-maker-ratelimit-tokens-remaining': '0', 'x-maker-ratelimit-tokens-reset': '2026-11-26T12:00:40Z' }, 40],
    ['the only allowance', { 'maker-ratelimit-unified-reset': String(now / 1_000 + 3_600) }, 3_600],
    ['lengths', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m6.5s', 'x-ratelimit-remaining-tokens': '100', 'x-ratelimit-reset-tokens': '6h' }, 66.5],
  ])('is read from headers: %s', (_name, headers, expected) => {
    expect(seconds(429, headers)).toBe(expected)
  })

  it.each([
    ['epoch seconds', { error: { type: 'usage_limit_reached', resets_at: now / 1_000 + 90 } }, 90],
    ['seconds', { error: { resets_in_seconds: 45 } }, 45],
    ['a detail', { error: { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }] } }, 37],
  ])('is read from the body: %s', (_name, body, expected) => {
    expect(seconds(429, {}, body)).toBe(expected)
  })

  it.each([
    ['two allowances, none of them said to be used up', { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m' }],
    ['a time that has passed', { 'retry-after': 'Thu, 26 Nov 2026 11:00:00 GMT' }],
    ['a time in a year', { 'retry-after': '99999999' }],
    ['nonsense', { 'retry-after': 'soon' }],
  ])('is not guessed from %s', (_name, headers) => {
    expect(limit(429, headers)).not.toHaveProperty('resetAt')
  })
})
