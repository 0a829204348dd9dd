import { expect, it } from 'vitest'
import { BrokenAnswer, CallError } from './answer.ts'
import { ModelFailure, withRetry } from './with-retry.ts'

const refused = (status: number, headers: Record<string, string> = {}, words = 'words') => new BrokenAnswer(new CallError(words, { status, headers }), [])

/** Fails as told, then answers; the waits are written down, not waited. */
async function ask(failures: readonly Error[]) {
  const waits: number[] = []
  const open = [...failures]
  const deps = { now: () => Date.parse('2026-11-24T00:00:00Z'), chance: () => 0.5, pause: async (ms: number) => void waits.push(ms), onRetry: async () => undefined, signal: new AbortController().signal }
  const outcome = await withRetry(async () => {
    const failure = open.shift()
    if (failure !== undefined) throw failure
    return 'answer'
  }, deps).catch((error: unknown) => error)
  return { outcome, waits }
}
const always = (failure: Error) => Array.from({ length: 100 }, () => failure)

it('waits longer each time while the service is busy', async () => {
  expect(await ask([refused(529), refused(503), refused(429)])).toEqual({ outcome: 'answer', waits: [1_000, 2_000, 4_000] })
})

it('waits as long as the service asks for', async () => {
  expect(await ask([refused(429, { 'retry-after': '7' }), refused(429, { 'retry-after-ms': '250' }), refused(503, { 'retry-after': 'Tue, 24 Nov 2026 00:00:30 GMT' })])).toEqual({ outcome: 'answer', waits: [7_000, 250, 30_000] })
})

it('waits for what a service calls a quota and says is over soon', async () => {
  const failure = (delay: string) => new BrokenAnswer(new CallError('You exceeded your current quota', { status: 429, body: JSON.stringify({ error: { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: delay }] } }) }), [])
  expect(await ask([failure('34.5s')])).toEqual({ outcome: 'answer', waits: [34_500] })
  expect(await ask([failure('40000s')])).toMatchObject({ waits: [], outcome: { problem: { kind: 'quota', waitMs: 40_000_000, limited: true } } })
})

it('gives up on a service that stays busy, or asks for too long', async () => {
  const busy = await ask(always(refused(500)))
  expect(busy.outcome).toBeInstanceOf(ModelFailure)
  expect(busy.waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
  const closed = await ask([refused(429, { 'retry-after': '3600' })])
  expect(closed).toMatchObject({ waits: [], outcome: { problem: { kind: 'busy', waitMs: 3_600_000 } } })
})

it.each([
  [refused(401), 'sign-in'], [refused(404), 'refused'], [refused(400, {}, 'prompt is too long: 210000 tokens > 200000 maximum'), 'too-long'], [refused(402), 'quota'],
  [refused(429, {}, 'You exceeded your current quota'), 'quota'], [refused(503, { 'x-should-retry': 'false' }), 'refused'], [new BrokenAnswer(new TypeError('x is not a function'), []), 'refused'],
])('does not ask again: %o', async (failure, kind) => {
  expect(await ask([failure])).toMatchObject({ waits: [], outcome: { problem: { kind } } })
})

it('asks again after an error in the stream, and a few times when nothing answers', async () => {
  expect((await ask([new BrokenAnswer({ type: 'overloaded_error', message: 'Overloaded' }, [])])).outcome).toBe('answer')
  expect((await ask(always(new BrokenAnswer(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }), [])))).waits).toEqual([1_000, 2_000, 4_000])
})
