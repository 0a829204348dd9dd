import type { ModelPrices } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

/** It costs half as much outside the busy hours; counted is the dearer price. @see https://api-docs.deepseek.com/quick_start/pricing, the price list of Pi 1.5.2 */
export const deepseekPrices: ModelPrices = inDollars({
  'deepseek-v4-pro': { input: 1.32, output: 3.96, cacheRead: 0.044 },
  'deepseek-flash': { input: 0.3, output: 1.2, cacheRead: 0.006 },
})
