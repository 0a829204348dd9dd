import type { Policy } from '../../spec/policy/policy-schema.ts'
import { kindsOf } from '../../spec/policy/subjects.ts'
import { durationMs } from '../../spec/policy/words.ts'
import { type ByScope, type History, keepScopes, type Scope, scopeKey } from '../history.ts'
import { compare, compareWord } from './compare.ts'
import { matcherOf } from './matcher.ts'

interface Counted {
  /** With a time: when the newest ones were, as many as the comparison can need; oldest first. */
  readonly times: number[]
  /** Without one: how many there were. */
  count: number
  /** `warn`: it was said, and the rate has not fallen since. */
  warned?: boolean
}

/**
 * `rate`: how many actions there were per time, turn, session or tree. Counts what ran, or with `count: attempts` what was asked for.
 * @param hash of the rule, by which a warning of it is known
 */
export function rateHistory(policy: Policy, hash: string): History<ByScope<Counted>> {
  const { op = 'gt', value = 0, per = 'tree', count = 'executed' } = policy
  const isPlace = per === 'turn' || per === 'session' || per === 'tree'
  const windowMs = isPlace ? undefined : durationMs(per)
  const scope: Scope = policy.scope ?? (isPlace ? per : 'tree')
  const matches = matcherOf(kindsOf(policy.of ?? '*') ?? [], policy.match)
  const kept = value + 2
  return {
    start: () => ({}),
    advance(state, happening) {
      keepScopes(state, happening)
      const counted = (state[scopeKey(scope, happening)] ??= { times: [], count: 0 })
      if (happening.type === 'decided' && happening.rules.some((rule) => rule.hash === hash && rule.verdict === 'warn')) counted.warned = true
      const counts = count === 'attempts' ? happening.type === 'attempted' : happening.type === 'executed' || happening.type === 'changed'
      if (!counts || !('actions' in happening)) return
      const found = happening.actions.filter((action) => matches(action, happening) !== false).length
      if (found === 0) return
      counted.count += found
      if (windowMs === undefined) return
      for (let index = 0; index < Math.min(found, kept); index++) counted.times.push(happening.at)
      while (counted.times.length > kept || (counted.times[0] ?? happening.at) <= happening.at - windowMs) counted.times.shift()
      if (!compare(op, counted.times.length, value)) delete counted.warned
    },
    test(state, { facts, before, occasion, gate }) {
      const counted = state[scopeKey(scope, occasion)] ?? { times: [], count: 0 }
      if (policy.action === 'warn' && counted.warned === true) return { truth: false }
      const past = windowMs === undefined ? counted.count : counted.times.filter((at) => at > occasion.at - windowMs).length
      const now = past + before.filter((each) => matches(each.action, occasion) !== false).length + (gate?.counted === true ? 0 : 1)
      return { truth: matches(facts.action, occasion) === false ? false : compare(op, now, value), value: now, words: () => ({ count: String(now), limit: `${compareWord(op)} ${value}` }) }
    },
  }
}
