import { z } from 'zod'
import { Balance } from '../spec/money/money-sums.ts'
import { secretKinds } from '../spec/policy/policy-schema.ts'
import { noPlanes } from './facts.ts'
import type { DecisionInputs } from './policy-fold.ts'

const Inputs = z.object({
  now: z.number(),
  planes: z.object({ wire: z.boolean(), kernel: z.boolean(), restore: z.boolean() }),
  secrets: z.array(z.enum(secretKinds)).optional(),
  ledger: z.object({ user: Balance.optional(), server: Balance.optional(), team: Balance.optional() }).optional(),
  hostSets: z.record(z.string(), z.array(z.string())).optional(),
})

/**
 * The facts that a decision rested on besides its log, as `policy.decided` keeps them.
 * @param at of the event, epoch ms: where an older log says nothing, it was then and nothing blocked later
 */
export function readInputs(inputs: unknown, at: number): DecisionInputs {
  const read = Inputs.safeParse(inputs)
  if (!read.success) return { now: at, planes: noPlanes }
  const { now, planes, secrets, ledger, hostSets } = read.data
  const known = Object.fromEntries(Object.entries(ledger ?? {}).filter(([, value]) => value !== undefined))
  return { now, planes, ...(secrets === undefined ? {} : { secrets }), ...(ledger === undefined ? {} : { ledger: known }), ...(hostSets === undefined ? {} : { hostSets }) }
}
