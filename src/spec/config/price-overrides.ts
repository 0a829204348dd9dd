import { z } from 'zod'
import type { ModelPrices, Rates } from '../money/price-table.ts'

const microUsdPerUsd = 1_000_000
const maxUsd = 1_000_000

/** USD per million tokens, exact in micro-dollars. */
const usd = z.number().min(0).max(maxUsd).refine((value) => Math.abs(value * microUsdPerUsd - microUsd(value)) < 1e-4, 'must have at most six digits after the point')

/** A model as programs name it, or the beginning of names with `*` behind it. */
const modelOrPrefix = z.string().max(200).regex(/^[A-Za-z0-9][\w.:/@+[\]-]*\*?$/, 'must be a model, or the beginning of model names with * behind it')

/** `prices:` of the server configuration. What is left out costs what input does, reasoning what output does. */
export const PriceOverrides = z.record(modelOrPrefix, z.strictObject({
  input: usd.describe('USD per million tokens of the prompt'),
  output: usd.describe('USD per million tokens of the answer'),
  cache_read: usd.optional().describe('for what is read from a cache'),
  cache_write: usd.optional().describe('for what is written to a cache'),
  reasoning: usd.optional().describe('for reasoning, where it is not priced as output'),
}))
export type PriceOverrides = z.infer<typeof PriceOverrides>

/** The same as the arithmetic wants it. */
export function overridingPrices(overrides: PriceOverrides): ModelPrices {
  return Object.fromEntries(Object.entries(overrides).map(([model, { input, output, cache_read, cache_write, reasoning }]): [string, Rates] => [model.toLowerCase(), {
    input: microUsd(input), output: microUsd(output),
    ...(cache_read === undefined ? {} : { cacheRead: microUsd(cache_read) }), ...(cache_write === undefined ? {} : { cacheWrite: microUsd(cache_write) }), ...(reasoning === undefined ? {} : { reasoning: microUsd(reasoning) }),
  }]))
}

function microUsd(dollars: number): number {
  return Math.round(dollars * microUsdPerUsd)
}
