import type { CountedMoney, MoneySums } from '../../spec/money/money-sums.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'

/** What calls count for under a policy: micro-dollars or tokens, and how many calls have no price that it could count. */
export interface Worth {
  readonly amount: number
  readonly unpriced: number
}

/** One call, settled or about to be made. */
export function worthOf(policy: Policy, { input, output, microUsd, isPlan }: CountedMoney): Worth {
  if (policy.unit === 'tokens') return { amount: input + output, unpriced: 0 }
  if (isPlan && policy.count_plan !== true) return { amount: 0, unpriced: 0 }
  if (microUsd !== null) return { amount: microUsd, unpriced: 0 }
  const assumed = assume(policy, input, output)
  return assumed === undefined ? { amount: 0, unpriced: 1 } : { amount: assumed, unpriced: 0 }
}

/** Sums of many calls. */
export function worthOfSums(policy: Policy, { tokens, metered, plan }: MoneySums): Worth {
  if (policy.unit === 'tokens') return { amount: tokens, unpriced: 0 }
  const parts = policy.count_plan === true ? [metered, plan] : [metered]
  return parts.reduce((worth, { microUsd, unpriced, input, output }) => {
    const assumed = assume(policy, input, output)
    return { amount: worth.amount + microUsd + (assumed ?? 0), unpriced: worth.unpriced + (assumed === undefined ? unpriced : 0) }
  }, { amount: 0, unpriced: 0 })
}

/** At the policy's own rates, in micro-dollars per token. Undefined where it assumes none. */
function assume({ unpriced }: Policy, input: number, output: number): number | undefined {
  return typeof unpriced === 'object' ? Math.ceil(input * unpriced.assume.in + output * unpriced.assume.out) : undefined
}
