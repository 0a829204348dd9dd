import type { ActionKind } from '../../spec/actions.ts'
import { type Condition, fieldKind, type Test } from '../../spec/policy/condition.ts'
import { conditionText } from '../../spec/policy/describe-policy.ts'
import { compileCondition } from '../conditions/compile-condition.ts'
import { bareFacts } from '../spoken-kinds.ts'
import { flatten, testsImply, testsMayHold } from './field-tests.ts'

/** Why no action of this kind can fit a condition, in words; undefined when one may. */
export function contradiction(condition: Condition, kind: ActionKind): string | undefined {
  const { fields, any, not } = flatten(condition)
  for (const [name, tests] of fields) {
    if (isPlaceOfSecrets(name)) continue
    const field = fieldKind(kind, name)
    if (field === undefined) return `${kind} has no ${name}`
    if (isOfKind(name)) {
      if (tests.some((test) => compileCondition({ [name]: test })(bareFacts(kind)) === false)) return `${textOf(name, tests)} is never ${kind}`
    } else if (!testsMayHold(field, tests)) return `nothing is ${textOf(name, tests)}`
  }
  const own = [...fields].flatMap(([name, tests]) => tests.map((test) => ({ [name]: test })))
  for (const choices of any) {
    const reasons = choices.map((choice) => contradiction({ all: [...own, choice] } as unknown as Condition, kind)) // Proof: built of conditions.
    const [first] = reasons
    if (reasons.every((reason) => reason !== undefined)) return first
  }
  const excluded = not.find((each) => isExcepted(condition, each, kind))
  return excluded === undefined ? undefined : `not (${conditionText(excluded)}) excludes all of it`
}

/** Whether an exception (an `unless`, a `not`) holds whenever the condition does. Of a list an exception wants every value, a condition one: nothing follows. */
export function isExcepted(condition: Condition, exception: Condition, kind: ActionKind): boolean {
  return !speaksOfLists(exception, kind) && implies(condition, exception, kind)
}

function speaksOfLists(condition: Condition, kind: ActionKind): boolean {
  const { fields, any, not } = flatten(condition)
  return [...fields.keys()].some((name) => fieldKind(kind, name) === 'texts') || [...any.flat(), ...not].some((each) => speaksOfLists(each, kind))
}

/** Whether every action of this kind that fits `condition` fits `wanted` too, both read alike. In doubt: no. */
export function implies(condition: Condition, wanted: Condition, kind: ActionKind): boolean {
  const { fields, any, not } = flatten(condition)
  const isCertain = Object.entries(wanted).every(([key, value]) => {
    // Proof for these: the schema of `Condition`.
    if (key === 'all') return (value as readonly Condition[]).every((each) => implies(condition, each, kind))
    if (key === 'any') return (value as readonly Condition[]).some((each) => implies(condition, each, kind))
    if (key === 'not') return not.some((each) => JSON.stringify(each) === JSON.stringify(value))
    const tests = fields.get(key) ?? []
    if (isPlaceOfSecrets(key)) return tests.some((test) => JSON.stringify(test) === JSON.stringify(value))
    if (isOfKind(key)) return compileCondition({ [key]: value } as Condition)(bareFacts(kind)) === true
    const field = fieldKind(kind, key)
    return field !== undefined && testsImply(field, tests, value as Test)
  })
  // Whichever of its choices holds.
  return isCertain || any.some((choices) => choices.every((choice) => implies(choice, wanted, kind)))
}

const textOf = (name: string, tests: readonly Test[]): string => tests.map((test) => conditionText({ [name]: test })).join(' and ')
const isOfKind = (field: string): boolean => field === 'subject' || field === 'verb'
const isPlaceOfSecrets = (key: string): boolean => key === 'in' || key === 'kinds'
