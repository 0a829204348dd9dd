import { own } from '../../base/own.ts'
import type { ModelPrice, ModelPrices } from '../../spec/money/price-table.ts'

/** What a name may have behind it and still be the same model: a snapshot's date, `-latest`, the mark of a long context. */
const snapshot = /^(?:(?:[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest|\[1m\])+)?$/

/**
 * The price of a model as a program names it; undefined when nobody knows it, which is never 0.
 * The longest key wins that is the name, is the name without its snapshot (`-20250929`, `-2026-04-23`, `-latest`, `[1m]`),
 * or ends in `*` and is the beginning of the name. A newer model is no snapshot: `m-5` says nothing about `m-5-1`.
 */
export function findPrice(models: ModelPrices, model: string): ModelPrice | undefined {
  const name = model.toLowerCase()
  for (let end = name.length; end > 0; end -= 1) {
    const start = name.slice(0, end)
    const price = (snapshot.test(name.slice(end)) ? own(models, start) : undefined) ?? own(models, `${start}*`)
    if (price !== undefined) return price
  }
  return undefined
}
