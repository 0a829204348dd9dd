import type { ModelPrices, Rates } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

/** A cache write costs 1.25 times the input for five minutes, twice the input for an hour; what a read costs differs. */
const claude = (input: number, output: number, cacheRead: number): Rates => ({ input, output, cacheRead, cacheWrite: input * 1.25, cacheWrite1h: input * 2 })
const fable = claude(10, 50, 1)
const opus = claude(5, 25, 0.5)
const firstOpus = claude(15, 75, 1.5)
const sonnet = claude(3, 15, 0.3)
/** The earlier long context: twice the input and half as much again for the output, over 200,000 tokens. */
const longSonnet = { ...sonnet, tiers: [{ above: 200_000, ...claude(6, 22.5, 0.6) }] }

/** @see https://platform.claude.com/docs/en/about-claude/pricing, the price lists of Pi 1.5.2 and genai-prices 0.1.8 */
export const anthropicPrices: ModelPrices = inDollars({
  'claude-fable-5-2': claude(8, 40, 0.2),
  'claude-fable-5-1': claude(10, 50, 0.25), 'claude-mythos-5-1': claude(10, 50, 0.25),
  'claude-fable-5': fable, 'claude-mythos-5': fable,
  'claude-opus-5-5': claude(4, 20, 0.2),
  'claude-opus-5': opus, 'claude-opus-4-8': opus, 'claude-opus-4-7': opus, 'claude-opus-4-6': opus, 'claude-opus-4-5': opus,
  'claude-opus-4-1': firstOpus, 'claude-opus-4-0': firstOpus, 'claude-opus-4': firstOpus, 'claude-3-opus': firstOpus,
  'claude-sonnet-5-5': claude(2, 10, 0.1),
  'claude-sonnet-5': claude(2, 10, 0.2),
  'claude-sonnet-4-6': sonnet, 'claude-sonnet-4-5': longSonnet, 'claude-sonnet-4-0': longSonnet, 'claude-sonnet-4': longSonnet,
  'claude-3-7-sonnet': sonnet, 'claude-3-5-sonnet': sonnet,
  'claude-haiku-5-5': { ...claude(0.1, 0.5, 0.01), tiers: [{ above: 100_000, ...claude(0.5, 2.5, 0.05) }] },
  'claude-haiku-4-5': claude(1, 5, 0.1),
  'claude-3-5-haiku': claude(0.8, 4, 0.08),
})
