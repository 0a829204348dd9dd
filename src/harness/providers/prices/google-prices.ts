import type { ModelPrices, Rates } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

/** Keeping a cache costs by the hour and is not counted here; filling it costs what input does. */
const gemini = (input: number, output: number): Rates => ({ input, output, cacheRead: input / 10 })
/** Over 200,000 tokens of prompt: input twice, output half as much again. */
const pro = (input: number, output: number) => ({ ...gemini(input, output), tiers: [{ above: 200_000, ...gemini(input * 2, output * 1.5) }] })
/** Until the end of 2026; twice as much from then on. */
const flash = gemini(0.75, 3.75)

/** Text, of the paid tier. @see https://ai.google.dev/gemini-api/docs/pricing, the price lists of Pi 1.5.2 and genai-prices 0.1.8 */
export const googlePrices: ModelPrices = inDollars({
  'gemini-4-argon': { ...gemini(2, 10), cacheRead: 0.1 },
  'gemini-3.8-flash': flash, 'gemini-3.7-flash': flash, 'gemini-3.6-flash': flash,
  'gemini-3.5-flash': gemini(1.5, 9), 'gemini-3.5-flash-lite': gemini(0.3, 2.5),
  'gemini-3.1-pro-preview': pro(2, 12), 'gemini-3.1-flash-lite': gemini(0.25, 1.5), 'gemini-3.1-flash-lite-preview': gemini(0.25, 1.5),
  'gemini-3-pro-preview': pro(2, 12), 'gemini-3-flash-preview': gemini(0.5, 3),
  'gemini-2.5-pro': pro(1.25, 10), 'gemini-2.5-flash': gemini(0.3, 2.5), 'gemini-2.5-flash-lite': gemini(0.1, 0.4),
})
