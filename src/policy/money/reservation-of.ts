import type { ModelPrice } from '../../spec/money/price-table.ts'
import { ratesFor, roundedUp } from './cost-of.ts'

export interface CallAhead {
  /** As `estimateTokens` has it. */
  readonly inputTokens: number
  /** The most that the call may answer, in tokens. */
  readonly maxOutput: number
}

/**
 * The most, in micro-dollars, that a call which is about to start can cost as far as anybody knows: all of its input at the
 * dearest rate input can have, writing to a cache included, and all the output it may give. Undefined when the price is not known.
 */
export function reservationOf({ inputTokens, maxOutput }: CallAhead, price: ModelPrice | undefined): number | undefined {
  if (price === undefined) return undefined
  const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning } = ratesFor(price, inputTokens)
  return roundedUp([[inputTokens, Math.max(input, cacheRead, cacheWrite, cacheWrite1h)], [maxOutput, Math.max(output, reasoning)]])
}
