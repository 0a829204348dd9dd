import type { Condition, Operators, Scalar, Test, Window } from '../../spec/policy/condition.ts'
import type { FieldKind } from '../../spec/policy/subjects.ts'
import type { Facts } from '../facts.ts'
import { both, either, negated, type Truth } from '../truth.ts'
import { compileValue, type ValueTest } from './compile-value.ts'
import { readField } from './read-field.ts'
import { windowTest } from './window-test.ts'

export type Predicate = (facts: Facts) => Truth

/**
 * Compiles a condition once; testing it allocates little and reads nothing but the facts.
 * @param every what has several values (names, secrets) must fit in all of them: for conditions that allow something
 */
export function compileCondition(condition: Condition, every = false): Predicate {
  const parts = Object.entries(condition).map(([key, value]): Predicate => {
    switch (key) {
      case 'all': return joined(value as readonly Condition[], both, true, every) // Proof for these three: the schema of `Condition`.
      case 'any': return joined(value as readonly Condition[], either, false, every)
      case 'not': return inverted(compileCondition(value as Condition, !every))
      case 'in': return inPlaces(value as readonly string[])
      case 'kinds': return hasSecret(value as readonly string[])
      default: return fieldTest(key, value as Test, every)
    }
  })
  return (facts) => {
    let truth: Truth = true
    for (const part of parts) {
      truth = both(truth, part(facts))
      if (truth === false) return false
    }
    return truth
  }
}

function joined(conditions: readonly Condition[], join: (left: Truth, right: Truth) => Truth, start: Truth, every: boolean): Predicate {
  const parts = conditions.map((each) => compileCondition(each, every))
  return (facts) => parts.reduce((truth: Truth, part) => join(truth, part(facts)), start)
}

const inverted = (predicate: Predicate): Predicate => (facts) => negated(predicate(facts))

function inPlaces(places: readonly string[]): Predicate {
  return ({ action, possibly }) => places.includes(possibly ?? action.kind)
}

/** What was looked for and not found is false; when nobody looked it is unknown. */
function hasSecret(kinds: readonly string[]): Predicate {
  return ({ secrets, possibly }) => (secrets === undefined || possibly !== undefined ? 'unknown' : secrets.some((kind) => kinds.includes(kind)))
}

function fieldTest(name: string, test: Test, every: boolean): Predicate {
  if (name === 'window') return windowTest(test as Window) // Proof: the schema gives `window` no other value.
  const byKind = new Map<FieldKind, ValueTest>()
  return (facts) => {
    const field = readField(facts, name)
    if (field.state === 'none') return false
    if (field.state === 'unknown') return 'unknown'
    const known = byKind.get(field.kind) ?? compileTest(field.kind, test, every)
    byKind.set(field.kind, known)
    return known(field.value, facts)
  }
}

/** One test of a field's value. */
export function compileTest(kind: FieldKind, test: Test, every: boolean): ValueTest {
  if (typeof test === 'object' && !Array.isArray(test)) return operatorTest(kind, test as Operators, every) // Proof: neither a list nor a scalar, and `window` was handled.
  return compileValue(kind, listOf(test as Scalar | readonly Scalar[]), every)
}

function operatorTest(kind: FieldKind, operators: Operators, every: boolean): ValueTest {
  const tests: ValueTest[] = []
  const { eq, ne, in: wanted, not, matches, lt, le, gt, ge } = operators
  if (eq !== undefined) tests.push(compileValue(kind, [eq], every))
  if (wanted !== undefined) tests.push(compileValue(kind, wanted, every))
  for (const unwanted of [ne, not]) {
    if (unwanted === undefined) continue
    const test = compileValue(kind, listOf(unwanted), !every)
    tests.push((value, facts) => negated(test(value, facts)))
  }
  if (matches !== undefined) tests.push(compileValue(kind, [{ matches }], every))
  const bounds: readonly [number | undefined, (value: number, bound: number) => boolean][] = [[lt, (a, b) => a < b], [le, (a, b) => a <= b], [gt, (a, b) => a > b], [ge, (a, b) => a >= b]]
  for (const [bound, holds] of bounds) if (bound !== undefined) tests.push((value) => typeof value === 'number' && holds(value, bound))
  return (value, facts) => tests.reduce((truth: Truth, test) => both(truth, test(value, facts)), true)
}

function listOf(value: Scalar | readonly Scalar[]): readonly Scalar[] {
  return typeof value === 'object' ? value : [value]
}
