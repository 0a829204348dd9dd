import type { ActionKind } from '../spec/actions.ts'
import { type Condition, fieldKind } from '../spec/policy/condition.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { kindsOf } from '../spec/policy/subjects.ts'
import type { Rule } from './compile-policies.ts'
import { compileCondition } from './conditions/compile-condition.ts'
import { type Facts, plainFacts } from './facts.ts'

/** The kinds of actions that a rule can fire on at all: its subjects without those that its condition rules out by kind alone. */
export function spokenKinds({ policy, subjects }: Pick<Rule, 'policy' | 'subjects'>): ReadonlySet<ActionKind> {
  const counted = new Set(policy.type === 'rate' || policy.type === 'loop' ? kindsOf(policy.of ?? '*') : subjects)
  return new Set([...subjects].filter((kind) => counted.has(kind) && mayBe(kind, policy)))
}

function mayBe(kind: ActionKind, { match, type }: Policy): boolean {
  // What a cost is counted of says nothing about whose actions are held.
  return match === undefined || type === 'cost' || conditionMayHold(kind, match)
}

/** False when no action of this kind fits, whatever else is true of it. */
export function conditionMayHold(kind: ActionKind, condition: Condition): boolean {
  return Object.entries(condition).every(([key, value]) => {
    // Proof for these: the schema of `Condition`.
    if (key === 'all') return (value as readonly Condition[]).every((each) => conditionMayHold(kind, each))
    if (key === 'any') return (value as readonly Condition[]).some((each) => conditionMayHold(kind, each))
    if (key === 'not' || key === 'in' || key === 'kinds') return true
    if (fieldKind(kind, key) === undefined) return false
    return (key !== 'subject' && key !== 'verb') || compileCondition({ [key]: value } as Condition)(bareFacts(kind)) === true
  })
}

/** Nothing is known but the kind. */
export function bareFacts(kind: ActionKind): Facts {
  return { ...plainFacts({ kind: 'other', tool: '', outbound: 'unknown' }, { session: '', agent: '', harness: '', depth: 0, workspace: '/', home: '/' }, 0), possibly: kind }
}
