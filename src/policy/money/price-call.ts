import type { EventData } from '../../spec/events/session-event.ts'
import type { Usage } from '../../spec/events/usage.ts'
import type { Prices } from '../../spec/money/price-table.ts'
import { costOf, maxCallMicroUsd } from './cost-of.ts'
import { findPrice } from './find-price.ts'

/** What a call is settled at, and by whose word. */
export type CallPrice = Pick<EventData<'money.settled'>, 'microUsd' | 'pricedBy' | 'priceTable'>

/**
 * The program's own word on what the call cost; else the user's price of the model; else the table's. `null` when none of
 * them knows. @param model as the program names it
 */
export function priceCall(usage: Usage, model: string | undefined, { table, overrides }: Prices): CallPrice {
  if (usage.reportedMicroUsd !== undefined) return { microUsd: Math.min(usage.reportedMicroUsd, maxCallMicroUsd), pricedBy: 'harness' }
  const own = costOf(usage, findPrice(overrides, model ?? ''))
  if (own !== undefined) return { microUsd: own, pricedBy: 'override' }
  const listed = costOf(usage, findPrice(table.models, model ?? ''))
  return listed === undefined ? { microUsd: null } : { microUsd: listed, pricedBy: 'table', priceTable: table.version }
}
