import fc from 'fast-check'
import { expect, it } from 'vitest'
import { costOf } from './cost-of.ts'
import { reservationOf } from './reservation-of.ts'

it('takes all input at its dearest rate, and all the output there may be', () => {
  const price = { input: 1_000_000, output: 10_000_000, cacheRead: 100_000, cacheWrite: 1_250_000, cacheWrite1h: 2_000_000 }
  expect(reservationOf({ inputTokens: 1_000, maxOutput: 100 }, price)).toBe(3_000)
  expect(reservationOf({ inputTokens: 1_000, maxOutput: 100 }, { input: 1_000_000, output: 1_000_000, reasoning: 5_000_000 })).toBe(1_500)
})

it('is at the rates of a long prompt when the prompt is long', () => {
  expect(reservationOf({ inputTokens: 2_000, maxOutput: 0 }, { input: 1_000_000, output: 0, tiers: [{ above: 1_999, input: 3_000_000, output: 0 }] })).toBe(6_000)
})

it('is never less than the call costs that keeps to it', () => {
  const rate = fc.integer({ min: 0, max: 100_000_000 })
  const count = fc.integer({ min: 0, max: 1_000_000 })
  const rates = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite: rate, cacheWrite1h: rate, reasoning: rate })
  fc.assert(fc.property(rates, count, count, count, count, (price, input, cacheRead, cacheWrite, output) => {
    const cost = costOf({ input, cacheRead, cacheWrite, cacheWrite1h: Math.trunc(cacheWrite / 2), output, reasoning: Math.trunc(output / 2) }, price) ?? Number.NaN
    const reserved = reservationOf({ inputTokens: input + cacheRead + cacheWrite, maxOutput: output }, price) ?? Number.NaN
    return reserved >= cost
  }))
})

it('is not known where the price is not', () => {
  expect(reservationOf({ inputTokens: 1, maxOutput: 1 }, undefined)).toBeUndefined()
})
