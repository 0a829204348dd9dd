import type { ModelPrices, Rates } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

const grok = (input: number, output: number, cacheRead: number): Rates => ({ input, output, cacheRead })
/** From 200,000 tokens of prompt on everything costs twice as much. */
const long = (input: number, output: number, cacheRead: number) => ({ ...grok(input, output, cacheRead), tiers: [{ above: 199_999, ...grok(input * 2, output * 2, cacheRead * 2) }] })

/** @see https://docs.x.ai/docs/models, the price lists of Pi 1.5.2 and genai-prices 0.1.8 */
export const xaiPrices: ModelPrices = inDollars({
  'grok-4.7': long(2, 6, 0.5), 'grok-4.6': long(2, 6, 0.5), 'grok-4.5': long(2, 6, 0.3), 'grok-4.3': long(1.25, 2.5, 0.2), 'grok-4.20': long(1.25, 2.5, 0.2),
  'grok-build-0.1': long(1, 2, 0.2), 'grok-code-fast-1': grok(0.2, 1.5, 0.02), 'grok-4-fast': grok(0.2, 0.5, 0.05), 'grok-4-1-fast': grok(0.2, 0.5, 0.05),
})
