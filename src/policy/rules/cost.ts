import type { Action } from '../../spec/actions.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { compileCondition } from '../conditions/compile-condition.ts'
import { type Facts, plainFacts } from '../facts.ts'
import type { HappeningOf } from '../happening.ts'
import { type ByScope, type Finding, type History, isWide, keepScopes, type Moment, type Scope, scopeKey } from '../history.ts'
import { type Worth, worthOf, worthOfSums } from '../money/worth-of.ts'
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
  const counts = (happening: HappeningOf<'settled' | 'reserved' | 'freed'>) => matches === undefined || matches(callFacts(happening)) !== false
  const of = (state: ByScope<Spent>, key: string) => (state[key] ??= { ...nothing })
  return {
    start: () => ({}),
    advance(state, happening) {
      keepScopes(state, happening)
      const key = scopeKey(scope, happening)
      if (happening.type === 'settled' && counts(happening)) settle(of(state, key), policy, happening)
      if (happening.type === 'reserved' && counts(happening)) of(state, key).reserved += worthOf(policy, happening.money).amount
      // Its turn may be over, and with it what was counted by turn.
      if (happening.type === 'freed' && counts(happening) && state[key] !== undefined) of(state, key).reserved -= worthOf(policy, happening.money).amount
      if (happening.type === 'decided' && happening.rules.some((rule) => rule.hash === hash && rule.verdict === 'warn')) of(state, key).warned = true
      if (happening.type === 'approved' && step !== undefined) {
        const own = happening.rules.find((rule) => rule.hash === hash)
        const spent = of(state, key)
        if (own?.value !== undefined) spent.allowed = Math.max(spent.allowed, Math.floor(own.value / step))
      }
    },
    test(state, { facts, occasion, ledger }) {
      const spent = soFar(state[scopeKey(scope, occasion)] ?? nothing, scope, ledger, policy)
      if (spent === undefined) return { truth: 'unknown' }
      const { amount } = spent
      const words = () => ({ spent: show(amount, unit), limit: show(limit, unit) })
      if (policy.action === 'warn' && spent.warned === true) return { truth: false }
      if (step !== undefined) {
        const reached = Math.floor(amount / step)
        return { truth: either(reached > spent.allowed, unsure(policy, spent)), value: amount, words: () => ({ spent: show(amount, unit), limit: show(step, unit), next: show((reached + 1) * step, unit) }) }
      }
      const wanted = policy.count_reserved === true ? aheadOf(policy, facts.action) : undefined
      if (wanted !== undefined) return reservation(policy, { spent, limit, wanted }, words)
      return { truth: either(compare(op, amount, limit), unsure(policy, spent)), value: amount, words }
    },
  }
}

/** What was counted: in this log, or by the server where the scope is wider than a tree. Undefined where nobody counts that. */
function soFar(own: Spent, scope: Scope, ledger: Moment['ledger'], policy: Policy): Spent | undefined {
  if (!isWide(scope)) return own
  const balance = ledger[scope]
  if (balance === undefined) return undefined
  const { amount, unpriced } = worthOfSums(policy, balance.spent)
  return { ...own, amount, unpriced, reserved: worthOfSums(policy, balance.reserved).amount }
}

/** What a call that is about to be made may come to. Undefined for the start of a turn, of which nobody knows it. */
function aheadOf(policy: Policy, action: Action): Worth | undefined {
  if (action.kind !== 'model.call' || action.estTokens === undefined) return undefined
  return worthOf(policy, { ...action.estTokens, microUsd: action.estCost ?? null, isPlan: action.plan === true })
}

/** A limit is overshot by one call at most and never refuses early: what does not fit waits, and then runs alone. */
function reservation(policy: Policy, { spent, limit, wanted }: { spent: Spent; limit: number; wanted: Worth }, words: NonNullable<Finding['words']>): Finding {
  const { amount, reserved } = spent
  const truth = either(amount >= limit, either(unsure(policy, spent), wanted.unpriced > 0 ? unpriced(policy) : false))
  return { truth, value: amount, words, wait: truth === false && reserved > 0 && amount + reserved + wanted.amount > limit }
}

const unsure = (policy: Policy, spent: Spent): Truth => (spent.unpriced > 0 ? unpriced(policy) : false)

/** A call without a price makes the sum unknown, unless the policy says what to do with it or what to assume. */
function unpriced({ unpriced: rule, unit }: Policy): Truth {
  if (unit === 'tokens' || typeof rule === 'object') return false
  return rule === 'deny' ? true : 'unknown'
}

function settle(spent: Spent, policy: Policy, { money }: HappeningOf<'settled'>): void {
  const { amount, unpriced: without } = worthOf(policy, money)
  spent.amount += amount
  spent.unpriced += without
}

/** A model call, as a condition sees it. */
const callFacts = ({ actor, at, model }: HappeningOf<'settled' | 'reserved' | 'freed'>): Facts => plainFacts({ kind: 'model.call', model: model ?? 'unknown', harness: actor.harness, outbound: true }, actor, at)

function show(amount: number, unit: 'usd' | 'tokens'): string {
  return unit === 'tokens' ? `${amount} tokens` : `$${(amount / perUsd).toFixed(2)}`
}
