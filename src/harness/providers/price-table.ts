import type { ModelPrice, PriceTable } from '../../spec/money/price-table.ts'
import { providerRows } from './catalogue.ts'
import type { ProviderRow } from './provider-row.ts'

/**
 * The shipped prices, collected from the rows of the providers, under every name that a program may report: `provider/model`;
 * the model alone for a maker's own; the same at a service that resells it at its maker's price; and the short names.
 * What runs on a person's own machine or in their own cloud (vLLM, LiteLLM, Azure) has no known price, Ollama's is 0.
 * @see the files in `prices/` for where the figures come from; all were looked up on the day that is the version
 */
export const shippedPriceTable: PriceTable = {
  version: '2026-11-10',
  models: Object.fromEntries(providerRows.flatMap((row) => Object.entries(row.prices ?? {}).flatMap(([model, price]) => namesOf(row, model).map((name): [string, ModelPrice] => [name, price])))),
}

function namesOf({ id, maker, aliases }: ProviderRow, model: string): string[] {
  const short = Object.entries(aliases).filter(([, meant]) => meant === model).map(([alias]) => alias)
  // What a provider hosts of another's models costs what it asks, under its own name only.
  if (maker === undefined) return [`${id}/${model}`, ...short]
  const resold = `${maker}/${dotted(model)}`
  return [`${id}/${model}`, model, resold, ...resellers().map((reseller) => `${reseller}/${resold}`), ...short]
}

function resellers(): string[] {
  return providerRows.filter(({ resells }) => resells === true).map(({ id }) => id)
}

/** A version as resellers write it: `m-4-5` is their `m-4.5`. */
function dotted(model: string): string {
  return model.replace(/(\d)-(\d)(?!\d)/, '$1.$2')
}
