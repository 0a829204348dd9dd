import type { EventData } from '../events/session-event.ts'
import type { Usage } from '../events/usage.ts'
import type { SessionView, TokenSums } from './session-view.ts'

type Money = SessionView['money']
type Settled = Pick<EventData<'money.settled'>, 'microUsd' | 'source' | 'pricedBy' | 'billing'>

export const noMoney: Money = { microUsd: 0, planMicroUsd: 0, unpriced: 0, source: 'none', pricedBy: 'none' }
export const noTokens: TokenSums = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/** Adds one settled call. A price that is not known adds to `unpriced` and nothing else. */
export function addMoney(sum: Money, { microUsd, source, billing, ...settled }: Settled): Money {
  const added = microUsd ?? 0
  // Before the price table was there, the only price there was came from the program.
  const pricedBy = settled.pricedBy ?? (microUsd === null ? undefined : 'harness')
  return {
    microUsd: plus(sum.microUsd, billing === 'plan' ? 0 : added),
    planMicroUsd: plus(sum.planMicroUsd, billing === 'plan' ? added : 0),
    unpriced: sum.unpriced + (microUsd === null ? 1 : 0),
    source: joined(sum.source, source),
    pricedBy: pricedBy === undefined ? sum.pricedBy : joined(sum.pricedBy, pricedBy),
  }
}

export function addTokens(sum: TokenSums, usage: Usage): TokenSums {
  return {
    input: sum.input + usage.input, output: sum.output + usage.output,
    cacheRead: sum.cacheRead + (usage.cacheRead ?? 0), cacheWrite: sum.cacheWrite + (usage.cacheWrite ?? 0),
  }
}

/** A sum that can not be counted exactly any more stays where it is, and stays readable. */
function plus(sum: number, added: number): number {
  return Math.min(sum + added, Number.MAX_SAFE_INTEGER)
}

function joined<Word extends string>(before: Word | 'none' | 'mixed', word: Word): Word | 'mixed' {
  return before === 'none' || before === word ? word : 'mixed'
}
