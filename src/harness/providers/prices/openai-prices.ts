import type { ModelPrices, Rates } from '../../../spec/money/price-table.ts'
import { inDollars } from './in-dollars.ts'

const gpt = (input: number, output: number, cacheRead = input): Rates => ({ input, output, cacheRead })
/** From GPT-5.6 on a cache write costs 1.25 times the input. */
const writing = (rates: Rates): Rates => ({ ...rates, cacheWrite: rates.input * 1.25 })
/** Over 272,000 tokens of input: all input twice, output half as much again. */
function long(rates: Rates) {
  const { input, output, cacheRead, cacheWrite } = rates
  const twice = { input: input * 2, output: output * 1.5, ...(cacheRead === undefined ? {} : { cacheRead: cacheRead * 2 }), ...(cacheWrite === undefined ? {} : { cacheWrite: cacheWrite * 2 }) }
  return { ...rates, tiers: [{ above: 272_000, ...twice }] }
}
const five = gpt(1.25, 10, 0.125)
const fiveTwo = gpt(1.75, 14, 0.175)
const sol56 = long(writing(gpt(4, 20, 0.4)))

/** The standard tier, not batch, flex or priority. @see https://developers.openai.com/api/docs/pricing, the price lists of Pi 1.5.2 and genai-prices 0.1.8 */
export const openaiPrices: ModelPrices = inDollars({
  'gpt-6.1-sol': long(writing(gpt(2, 10, 0.1))), 'gpt-6.1-terra': long(writing(gpt(1, 5, 0.05))),
  'gpt-6-astra': long(writing(gpt(10, 50, 1))), 'gpt-6-sol': long(writing(gpt(2, 10, 0.2))), 'gpt-6-luna': long(writing(gpt(0.1, 0.5, 0.01))),
  'gpt-5.6': sol56, 'gpt-5.6-sol': sol56, 'gpt-5.6-terra': long(writing(gpt(2, 12, 0.2))), 'gpt-5.6-luna': long(writing(gpt(0.2, 1.2, 0.02))),
  'gpt-5.5': long(gpt(5, 30, 0.5)), 'gpt-5.5-pro': long(gpt(30, 180)),
  'gpt-5.4': long(gpt(2.5, 15, 0.25)), 'gpt-5.4-pro': long(gpt(30, 180)), 'gpt-5.4-mini': gpt(0.75, 4.5, 0.075), 'gpt-5.4-nano': gpt(0.2, 1.25, 0.02),
  'gpt-5.3': fiveTwo, 'gpt-5.3-codex': fiveTwo,
  'gpt-5.2': fiveTwo, 'gpt-5.2-codex': fiveTwo, 'gpt-5.2-pro': gpt(21, 168),
  'gpt-5.1': five, 'gpt-5.1-codex': five, 'gpt-5.1-codex-max': five, 'gpt-5.1-codex-mini': gpt(0.25, 2, 0.025),
  'gpt-5': five, 'gpt-5-codex': five, 'gpt-5-chat': five, 'gpt-5-pro': gpt(15, 120), 'gpt-5-mini': gpt(0.25, 2, 0.025), 'gpt-5-nano': gpt(0.05, 0.4, 0.005),
  'gpt-4.1': gpt(2, 8, 0.5), 'gpt-4.1-mini': gpt(0.4, 1.6, 0.1), 'gpt-4.1-nano': gpt(0.1, 0.4, 0.025),
  'gpt-4o': gpt(2.5, 10, 1.25), 'gpt-4o-2024-05-13': gpt(5, 15), 'gpt-4o-mini': gpt(0.15, 0.6, 0.075),
  'o1': gpt(15, 60, 7.5), 'o1-pro': gpt(150, 600), 'o3': gpt(2, 8, 0.5), 'o3-pro': gpt(20, 80), 'o3-mini': gpt(1.1, 4.4, 0.55), 'o4-mini': gpt(1.1, 4.4, 0.275),
})
