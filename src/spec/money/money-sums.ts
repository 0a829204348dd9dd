import { z } from 'zod'
import type { EventData } from '../events/session-event.ts'

const sum = z.number().int().nonnegative()

/** Model calls of one kind of billing. Integer micro-dollars; `input` and `output` are the tokens of the `unpriced` calls, whose price nobody knows. */
export const BilledSums = z.object({ microUsd: sum, unpriced: sum, input: sum, output: sum })
export type BilledSums = z.infer<typeof BilledSums>

/** What model calls came to, kept apart as policies may want them counted. */
export const MoneySums = z.object({ tokens: sum, metered: BilledSums, plan: BilledSums })
export type MoneySums = z.infer<typeof MoneySums>

/** Settled, and held back for calls that are under way. */
export const Balance = z.object({ spent: MoneySums, reserved: MoneySums })
export type Balance = z.infer<typeof Balance>

/** What the model calls of one tree came to, and who pays: the person who made the tree. */
export const TreeMoney = z.object({ owner: z.string(), balance: Balance })
export type TreeMoney = z.infer<typeof TreeMoney>

/** A model call, as far as it is counted. @property microUsd null when the price is not known */
export interface CountedMoney {
  readonly input: number
  readonly output: number
  readonly microUsd: number | null
  readonly isPlan: boolean
}

/** A reservation, as sums count it. */
export const moneyReserved = ({ microUsd, tokens, billing }: EventData<'money.reserved'>): CountedMoney => counted({ input: tokens?.input ?? 0, output: tokens?.output ?? 0, microUsd, isPlan: billing === 'plan' })

/** A settled call, as sums count it. */
export const moneySettled = ({ usage, microUsd, billing }: EventData<'money.settled'>): CountedMoney => counted({ input: usage.input + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0), output: usage.output, microUsd, isPlan: billing === 'plan' })

/** More than any call has, in tokens and in micro-dollars; what a broken program claims must not make every sum inexact. */
const most = 1e12

const counted = ({ input, output, microUsd, isPlan }: CountedMoney): CountedMoney => ({ input: Math.min(input, most), output: Math.min(output, most), microUsd: microUsd === null ? null : Math.min(microUsd, most), isPlan })

const noneBilled: BilledSums = { microUsd: 0, unpriced: 0, input: 0, output: 0 }
export const noMoneySums: MoneySums = { tokens: 0, metered: noneBilled, plan: noneBilled }
export const emptyBalance: Balance = { spent: noMoneySums, reserved: noMoneySums }

/** @param sign −1 takes a call out again that was counted before */
export function countMoney(sums: MoneySums, { input, output, microUsd, isPlan }: CountedMoney, sign: 1 | -1 = 1): MoneySums {
  const kind = isPlan ? 'plan' : 'metered'
  const counted = microUsd === null ? { microUsd: 0, unpriced: sign, input: sign * input, output: sign * output } : { ...noneBilled, microUsd: sign * microUsd }
  return { ...sums, tokens: sums.tokens + sign * (input + output), [kind]: addBilled(sums[kind], counted) }
}

export function addMoneySums(left: MoneySums, right: MoneySums): MoneySums {
  return { tokens: left.tokens + right.tokens, metered: addBilled(left.metered, right.metered), plan: addBilled(left.plan, right.plan) }
}

export function addBalance(left: Balance, right: Balance): Balance {
  return { spent: addMoneySums(left.spent, right.spent), reserved: addMoneySums(left.reserved, right.reserved) }
}

export function subtractBalance(left: Balance, right: Balance): Balance {
  const negative = ({ tokens, metered, plan }: MoneySums): MoneySums => ({ tokens: -tokens, metered: minus(metered), plan: minus(plan) })
  return addBalance(left, { spent: negative(right.spent), reserved: negative(right.reserved) })
}

const minus = ({ microUsd, unpriced, input, output }: BilledSums): BilledSums => ({ microUsd: -microUsd, unpriced: -unpriced, input: -input, output: -output })
const addBilled = (left: BilledSums, right: BilledSums): BilledSums => ({
  microUsd: left.microUsd + right.microUsd, unpriced: left.unpriced + right.unpriced, input: left.input + right.input, output: left.output + right.output,
})
