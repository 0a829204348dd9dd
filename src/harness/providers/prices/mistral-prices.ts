import type { ModelPrices, Rates } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

const mistralModel = (input: number, output: number): Rates => ({ input, output, cacheRead: input / 10 })
const large = mistralModel(0.5, 1.5)
const medium = mistralModel(1.5, 7.5)
const small = mistralModel(0.15, 0.6)
const devstral = mistralModel(0.4, 2)
const codestral = mistralModel(0.3, 0.9)

/** @see https://mistral.ai/pricing, the price list of Pi 1.5.2 */
export const mistralPrices: ModelPrices = inDollars({
  'mistral-large-4': mistralModel(0.7, 2.1), 'mistral-large-latest': large, 'mistral-large-2512': large,
  'mistral-medium-latest': medium, 'mistral-medium-2604': medium, 'mistral-medium-2508': devstral, 'mistral-medium-2505': devstral,
  'mistral-small-latest': small, 'mistral-small-2603': small,
  'devstral-latest': devstral, 'devstral-medium-latest': devstral, 'devstral-2512': devstral,
  'codestral-latest': codestral, 'codestral-2508': codestral, 'magistral-medium-latest': mistralModel(2, 5),
})
