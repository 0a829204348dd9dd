import type { ModelPrices } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

/** @see https://groq.com/pricing, the price list of Pi 1.5.2 */
export const groqPrices: ModelPrices = inDollars({
  'openai/gpt-oss-120b': { input: 0.15, output: 0.6, cacheRead: 0.075 },
  'openai/gpt-oss-20b': { input: 0.075, output: 0.3, cacheRead: 0.0375 },
  'qwen/qwen3.6-27b': { input: 0.6, output: 3, cacheRead: 0.3 },
  'llama-3.3-70b-versatile': { input: 0.59, output: 0.79 },
  'llama-3.1-8b-instant': { input: 0.05, output: 0.08 },
})
