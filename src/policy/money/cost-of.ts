import type { Usage } from '../../spec/events/usage.ts'
import type { ModelPrice, Rates } from '../../spec/money/price-table.ts'

/** A call is never counted as more than a million dollars: what a broken program claims must not make every sum wrong. */
export const maxCallMicroUsd = 1_000_000_000_000

/** What a call cost, in micro-dollars: computed exactly and rounded up once. Undefined when the price is not known. */
export function costOf(usage: Usage, price: ModelPrice | undefined): number | undefined {
  if (price === undefined) return undefined
  const { input, output, cacheRead = 0, cacheWrite = 0 } = usage
  const rates = ratesFor(price, input + cacheRead + cacheWrite)
  // `cacheWrite1h` is a part of `cacheWrite`, `reasoning` one of `output`; no part is more than its whole.
  const long = Math.min(usage.cacheWrite1h ?? 0, cacheWrite)
  const reasoning = Math.min(usage.reasoning ?? 0, output)
  return roundedUp([
    [input, rates.input], [cacheRead, rates.cacheRead], [cacheWrite - long, rates.cacheWrite], [long, rates.cacheWrite1h],
    [output - reasoning, rates.output], [reasoning, rates.reasoning],
  ])
}

/** A price with every rate said, for a call with so many tokens in its prompt. */
export function ratesFor(price: ModelPrice, promptTokens: number): Required<Rates> {
  const { input, output, cacheRead = input, cacheWrite = input, cacheWrite1h = cacheWrite, reasoning = output } = price.tiers?.findLast(({ above }) => promptTokens > above) ?? price
  return { input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning }
}

/** Micro-dollars of pairs of tokens and their rate. In big integers: a product of the two need not fit a double. */
export function roundedUp(parts: readonly (readonly [tokens: number, rate: number])[]): number {
  const exact = parts.reduce((sum, [tokens, rate]) => sum + BigInt(tokens) * BigInt(rate), 0n)
  const microUsd = (exact + 999_999n) / 1_000_000n
  return microUsd > BigInt(maxCallMicroUsd) ? maxCallMicroUsd : Number(microUsd)
}
