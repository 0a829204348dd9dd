import type { Policy } from '../../spec/policy/policy-schema.ts'
import type { Usage } from '../../spec/events/usage.ts'
import { compileCondition } from '../conditions/compile-condition.ts'
import { type Facts, plainFacts } from '../facts.ts'
import type { HappeningOf } from '../happening.ts'
import { type ByScope, type Finding, type History, keepScopes, scopeKey } from '../history.ts'
import { either, type Truth } from '../truth.ts'
import { compare } from './compare.ts'

interface Spent {
  /** Micro-dollars, or tokens. */
  amount: number
  reserved: number
  /** Model calls without a known price. */
  unpriced: number
  /** `every`: the highest multiple that a person has allowed. */
  allowed: number
  /** `warn`: it was said. */
  warned?: boolean
}

const nothing: Spent = { amount: 0, reserved: 0, unpriced: 0, allowed: 0 }
const perUsd = 1_000_000

/**
 * `cost`: what was spent in the scope. `match` says whose and which calls count, and whose actions are held.
 * @param hash of the rule, by which an approval of it is known
 */
export function costHistory(policy: Policy, hash: string): History<ByScope<Spent>> {
  const { scope = 'tree', op = 'ge', every, unit = 'usd' } = policy
  const factor = unit === 'usd' ? perUsd : 1
  const step = every === undefined ? undefined : every * factor
  const limit = (policy.value ?? 0) * factor
  const matches = policy.match === undefined ? undefined : compileCondition(policy.match)
  const counts = (happening: HappeningOf<'settled'>) => matches === undefined || matches(settledFacts(happening)) !== false
  const of = (state: ByScope<Spent>, key: string) => (state[key] ??= { ...nothing })
  return {
    start: () => ({}),
    advance(state, happening) {
      keepScopes(state, happening)
      const key = scopeKey(scope, happening)
      if (happening.type === 'settled' && counts(happening)) settle(of(state, key), policy, happening)
      if (happening.type === 'reserved') of(state, key).reserved += happening.microUsd
      if (happening.type === 'freed') of(state, key).reserved -= happening.microUsd
      if (happening.type === 'decided' && happening.rules.some((rule) => rule.hash === hash && rule.verdict === 'warn')) of(state, key).warned = true
      if (happening.type === 'approved' && step !== undefined) {
        const own = happening.rules.find((rule) => rule.hash === hash)
        const spent = of(state, key)
        if (own?.value !== undefined) spent.allowed = Math.max(spent.allowed, Math.floor(own.value / step))
      }
    },
    test(state, { facts, occasion, ledger }) {
      const spent = state[scopeKey(scope, occasion)] ?? nothing
      const amount = scope === 'user' || scope === 'server' || scope === 'team' ? ledger[scope] : spent.amount
      if (amount === undefined) return { truth: 'unknown' }
      if (policy.action === 'warn' && spent.warned === true) return { truth: false }
      const words = { spent: show(amount, unit), limit: show(step ?? limit, unit) }
      if (step !== undefined) {
        const reached = Math.floor(amount / step)
        return { truth: either(reached > spent.allowed, unsure(policy, spent)), value: amount, words: { ...words, next: show((reached + 1) * step, unit) } }
      }
      if (policy.count_reserved === true && facts.action.kind === 'model.call') return reservation(policy, { amount, spent, limit, wanted: facts.action.estCost }, words)
      return { truth: either(compare(op, amount, limit), unsure(policy, spent)), value: amount, words }
    },
  }
}

/** A limit is overshot by one call at most and never refuses early: what does not fit waits, and then runs alone. */
function reservation(policy: Policy, { amount, spent, limit, wanted }: { amount: number; spent: Spent; limit: number; wanted: number | undefined }, words: Finding['words']): Finding {
  const found = { value: amount, ...(words === undefined ? {} : { words }) }
  const truth = either(amount >= limit, either(unsure(policy, spent), wanted === undefined ? unpriced(policy) : false))
  return { ...found, truth, wait: truth === false && spent.reserved > 0 && amount + spent.reserved + (wanted ?? 0) > limit }
}

const unsure = (policy: Policy, spent: Spent): Truth => (spent.unpriced > 0 ? unpriced(policy) : false)

/** A call without a price makes the sum unknown, unless the policy says what to do with it or what to assume. */
function unpriced({ unpriced: rule, unit }: Policy): Truth {
  if (unit === 'tokens' || typeof rule === 'object') return false
  return rule === 'deny' ? true : 'unknown'
}

function settle(spent: Spent, policy: Policy, { usage, microUsd, isPlan }: HappeningOf<'settled'>): void {
  if (policy.unit === 'tokens') spent.amount += tokensOf(usage)
  else if (isPlan && policy.count_plan !== true) return
  else if (microUsd !== null) spent.amount += microUsd
  else if (typeof policy.unpriced === 'object') spent.amount += Math.ceil(inputOf(usage) * policy.unpriced.assume.in + usage.output * policy.unpriced.assume.out)
  else spent.unpriced += 1
}

const inputOf = ({ input, cacheRead = 0, cacheWrite = 0 }: Usage) => input + cacheRead + cacheWrite
const tokensOf = (usage: Usage) => inputOf(usage) + usage.output

/** A settled model call, as a condition sees it. */
const settledFacts = ({ actor, at, model }: HappeningOf<'settled'>): Facts => plainFacts({ kind: 'model.call', model: model ?? 'unknown', harness: actor.harness, outbound: true }, actor, at)

function show(amount: number, unit: 'usd' | 'tokens'): string {
  return unit === 'tokens' ? `${amount} tokens` : `$${(amount / perUsd).toFixed(2)}`
}
