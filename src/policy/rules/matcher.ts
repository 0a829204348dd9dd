import type { Action, ActionKind } from '../../spec/actions.ts'
import type { Condition } from '../../spec/policy/condition.ts'
import { compileCondition } from '../conditions/compile-condition.ts'
import { plainFacts } from '../facts.ts'
import type { Occasion } from '../happening.ts'
import type { Truth } from '../truth.ts'

export type Matcher = (action: Action, occasion: Pick<Occasion, 'actor' | 'at'>) => Truth

/** Whether an action that was is of these kinds and fits the condition. */
export function matcherOf(kinds: readonly ActionKind[], condition: Condition | null | undefined): Matcher {
  const wanted = new Set(kinds)
  const test = condition === null || condition === undefined ? undefined : compileCondition(condition)
  return (action, { actor, at }) => {
    if (!wanted.has(action.kind)) return false
    return test === undefined ? true : test(plainFacts(action, actor, at))
  }
}
