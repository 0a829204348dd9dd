import { hashJson } from '../base/hash-json.ts'
import type { ActionKind } from '../spec/actions.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { actionKinds, typeSubjects } from '../spec/policy/subjects.ts'
import { type Level, type Role, roles } from '../spec/policy/words.ts'
import { compileCondition, type Predicate } from './conditions/compile-condition.ts'
import { type ByScope, type History, isWide } from './history.ts'
import { pushedRefsTest } from './net/pushed-refs.ts'
import { afterHistory } from './rules/after.ts'
import { costHistory } from './rules/cost.ts'
import { loopHistory } from './rules/loop.ts'
import { rateHistory } from './rules/rate.ts'
import { both, negated } from './truth.ts'

/** One policy, ready to be asked: which actions it speaks of, what must hold of them, what must have been. */
export interface Rule {
  /** `server/budget-warn` */
  readonly id: string
  readonly hash: string
  readonly level: Level
  readonly policy: Policy
  readonly subjects: ReadonlySet<ActionKind>
  readonly match: Predicate
  /** Absent where nothing of the past matters. State of any shape, its own: see `History`. */
  readonly histories: readonly History<ByScope<unknown>>[]
  readonly by: readonly Role[]
}

/** A level's list, compiled once. */
export interface CompiledList {
  readonly level: Level
  /** SHA-256 of level and policies. */
  readonly hash: string
  readonly rules: readonly Rule[]
  /** Some rule counts what other trees spend too. */
  readonly countsWide: boolean
}

/** Pure: the same list always gives the same hash and the same rules. */
export function compilePolicies(level: Level, policies: readonly Policy[]): CompiledList {
  return { level, hash: hashJson({ level, policies }), rules: policies.map((policy) => compileRule(level, policy)), countsWide: policies.some(({ scope = 'tree' }) => isWide(scope)) }
}

export const emptyList = (level: Level): CompiledList => compilePolicies(level, [])

function compileRule(level: Level, policy: Policy): Rule {
  const hash = hashJson({ level, policy })
  const condition = compileCondition(policy.match ?? {}, policy.action === 'allow')
  const refs = pushedRefsTest(policy)
  const match: Predicate = refs === undefined ? condition : (facts) => both(condition(facts), refs(facts))
  const unless = policy.unless === undefined ? undefined : compileCondition(policy.unless, policy.action !== 'allow')
  return {
    id: `${level}/${policy.name}`, hash, level, policy, subjects: subjectsOf(policy),
    match: unless === undefined ? match : (facts) => both(match(facts), negated(unless(facts))),
    histories: historiesOf(policy, hash), by: policy.approval?.by ?? roles.filter((role) => role !== 'admin'),
  }
}

/** Every type is a subject, a condition, and what it wants of the past. */
function historiesOf(policy: Policy, hash: string): Rule['histories'] {
  // Proof: a history is only ever given the state that it made itself.
  const made = [ofType(policy, hash), policy.after === undefined ? undefined : afterHistory(policy, hash)] as (History<ByScope<unknown>> | undefined)[]
  return made.filter((history) => history !== undefined)
}

function ofType(policy: Policy, hash: string): unknown {
  switch (policy.type) {
    case 'cost': return costHistory(policy, hash)
    case 'rate': return rateHistory(policy, hash)
    case 'loop': return loopHistory(policy)
    default: return undefined
  }
}

/** A literal `subject` narrows the kinds, so that what it does not name costs nothing. */
function subjectsOf(policy: Policy): ReadonlySet<ActionKind> {
  const own = typeSubjects[policy.type]
  const kinds: readonly ActionKind[] = own === 'any' ? actionKinds : own
  const subject = policy.match?.['subject']
  return new Set(typeof subject === 'string' && !/[*?{]/.test(subject) ? kinds.filter((kind) => kind === subject) : kinds)
}
