import type { ModelPrice, ModelPrices, Rates } from '../../../spec/money/price-table.ts'

/** As vendors write them: USD per million tokens. */
type Dollars = Rates & { readonly tiers?: readonly (Rates & { readonly above: number })[] }

export function inDollars(models: Readonly<Record<string, Dollars>>): ModelPrices {
  return Object.fromEntries(Object.entries(models).map(([model, { tiers, ...rates }]): [string, ModelPrice] => [model, {
    ...scaled(rates), ...(tiers === undefined ? {} : { tiers: tiers.map(({ above, ...tier }) => ({ above, ...scaled(tier) })) }),
  }]))
}

function scaled({ input, output, ...rest }: Rates): Rates {
  const others = Object.entries(rest).map(([kind, dollars]): [string, number] => [kind, micro(dollars)])
  return { input: micro(input), output: micro(output), ...Object.fromEntries(others) }
}

const micro = (dollars: number): number => Math.round(dollars * 1_000_000)
