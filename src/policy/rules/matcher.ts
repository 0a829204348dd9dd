import type { Action, ActionKind } from '../../spec/actions.ts'
import type { Condition } from '../../spec/policy/condition.ts'
import { compileCondition } from '../conditions/compile-condition.ts'
import type { Facts } from '../facts.ts'
import type { Occasion } from '../happening.ts'
import type { Truth } from '../truth.ts'

export type Matcher = (action: Action, occasion: Pick<Occasion, 'actor' | 'at'>) => Truth

/** Whether an action that was is of these kinds and fits the condition. */
export function matcherOf(kinds: readonly ActionKind[], condition: Condition | null | undefined): Matcher {
  const wanted = new Set(kinds)
  const test = condition === null || condition === undefined ? undefined : compileCondition(condition)
  return (action, { actor, at }) => {
    if (!wanted.has(action.kind)) return false
    return test === undefined ? true : test({ ...past, action, actor, now: at })
  }
}

/** What is not asked again about the past. */
const past: Omit<Facts, 'action' | 'actor' | 'now'> = {
  planes: { wire: false, kernel: false, restore: false }, secrets: undefined, hostSets: {},
}
