/**
 * What models cost, version 1. Every rate is an integer: micro-dollars (1e-6 USD) per million tokens, so $2.50 is 2_500_000.
 * A rate that is left out is that of the plainer kind: cache reads and writes cost what input does, a write for an hour
 * what a write for five minutes does, reasoning what output does.
 */
export interface Rates {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  /** Into a cache that lasts five minutes, or as long as the service always keeps one. */
  readonly cacheWrite?: number
  readonly cacheWrite1h?: number
  readonly reasoning?: number
}

export interface ModelPrice extends Rates {
  /** Long prompts: a call whose whole prompt, cached tokens included, is over `above` tokens pays these rates for all its tokens. Ascending. */
  readonly tiers?: readonly (Rates & { readonly above: number })[]
}

/** By name of a model, in lower case; see `policy/money/find-price.ts` for what else a name stands for. */
export type ModelPrices = Readonly<Record<string, ModelPrice>>

/** The shipped prices. `version` is the day they were looked up, `YYYY-MM-DD`. */
export interface PriceTable {
  readonly version: string
  readonly models: ModelPrices
}

/** What calls are priced with. A user's own price wins over any of the table. */
export interface Prices {
  readonly table: PriceTable
  readonly overrides: ModelPrices
}
