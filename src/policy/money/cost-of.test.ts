import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ModelPrice } from '../../spec/money/price-table.ts'
import { costOf, maxCallMicroUsd } from './cost-of.ts'

const rate = fc.integer({ min: 0, max: 600_000_000 })
const tokens = fc.integer({ min: 0, max: 50_000_000 })
const rates = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite: rate, cacheWrite1h: rate, reasoning: rate })
const usages = fc.record({ input: tokens, output: tokens, cacheRead: tokens, cacheWrite: tokens, part: tokens })

it('is the exact sum of tokens times rate, rounded up once', () => {
  fc.assert(fc.property(rates, usages, (price, { input, output, cacheRead, cacheWrite, part }) => {
    const long = Math.min(part, cacheWrite)
    const reasoning = Math.min(part, output)
    const parts = [[input, price.input], [cacheRead, price.cacheRead], [cacheWrite - long, price.cacheWrite], [long, price.cacheWrite1h], [output - reasoning, price.output], [reasoning, price.reasoning]] as const
    const numerator = parts.reduce((sum, [count, each]) => sum + BigInt(count) * BigInt(each), 0n)
    const cost = costOf({ input, output, cacheRead, cacheWrite, cacheWrite1h: part, reasoning: part }, price)
    if (cost === undefined || cost === maxCallMicroUsd) return cost === maxCallMicroUsd
    // cost - 1 < numerator / 10^6 ≤ cost, in whole numbers.
    return Number.isSafeInteger(cost) && BigInt(cost) * 1_000_000n >= numerator && (BigInt(cost) - 1n) * 1_000_000n < numerator
  }))
})

it('rounds up by less than a micro-dollar a call, and not once for each kind of token', () => {
  const price = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 }
  expect(costOf({ input: 1, output: 1, cacheRead: 1, cacheWrite: 1 }, price)).toBe(1)
  expect(costOf({ input: 0, output: 0 }, price)).toBe(0)
})

it('takes what is left out from the plainer kind: input for the cache, output for reasoning', () => {
  expect(costOf({ input: 1_000, output: 1_000, cacheRead: 1_000, cacheWrite: 1_000, cacheWrite1h: 400, reasoning: 900 }, { input: 1_000_000, output: 10_000_000 })).toBe(13_000)
  expect(costOf({ input: 0, output: 0, cacheWrite: 1_000, cacheWrite1h: 400 }, { input: 1_000_000, output: 0, cacheWrite: 2_000_000 })).toBe(2_000)
})

it('prices a long prompt by its tier, from the first token on, cached tokens counted in', () => {
  const price: ModelPrice = { input: 1_000_000, output: 2_000_000, tiers: [{ above: 1_000, input: 2_000_000, output: 3_000_000 }, { above: 5_000, input: 4_000_000, output: 3_000_000 }] }
  expect(costOf({ input: 1_000, output: 10 }, price)).toBe(1_020)
  expect(costOf({ input: 1, output: 10, cacheRead: 500, cacheWrite: 500 }, price)).toBe(2_032)
  expect(costOf({ input: 5_001, output: 0 }, price)).toBe(20_004)
})

it('knows no price as no price, never as 0', () => {
  expect(costOf({ input: 5, output: 5 }, undefined)).toBeUndefined()
})

it('keeps what a broken program claims within bounds', () => {
  expect(costOf({ input: Number.MAX_SAFE_INTEGER, output: Number.MAX_SAFE_INTEGER }, { input: 600_000_000, output: 600_000_000 })).toBe(maxCallMicroUsd)
})
