import type { EventData } from '../../spec/events/session-event.ts'
import type { Usage } from '../../spec/events/usage.ts'
import type { Prices } from '../../spec/money/price-table.ts'
import { costOf, maxCallMicroUsd } from './cost-of.ts'
import { findPrice } from './find-price.ts'

/** What a call is settled at, and by whose word. */
export type CallPrice = Pick<EventData<'money.settled'>, 'microUsd' | 'pricedBy' | 'priceTable'>

/** A model call whose tokens are known. */
export interface CountedCall {
  readonly usage: Usage
  /** As the program names it. */
  readonly model: string | undefined
  /** What was settled, in micro-dollars, for the calls before it that the program's next word on its costs covers too. */
  readonly settledSince: number
}

/**
 * The program's own word on what the call cost; else the user's price of the model; else the table's. `null` when none of
 * them knows. A word that covers earlier calls too settles what those have not been settled at already; money that was
 * settled is never taken back.
 */
export function priceCall({ usage, model = '', settledSince }: CountedCall, { table, overrides }: Prices): CallPrice {
  const { reportedMicroUsd, reportedSinceMicroUsd } = usage
  const reported = reportedMicroUsd ?? (reportedSinceMicroUsd === undefined ? undefined : Math.max(0, reportedSinceMicroUsd - settledSince))
  if (reported !== undefined) return { microUsd: Math.min(reported, maxCallMicroUsd), pricedBy: 'harness' }
  const own = costOf(usage, findPrice(overrides, model))
  if (own !== undefined) return { microUsd: own, pricedBy: 'override' }
  const listed = costOf(usage, findPrice(table.models, model))
  return listed === undefined ? { microUsd: null } : { microUsd: listed, pricedBy: 'table', priceTable: table.version }
}
