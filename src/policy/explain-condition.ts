import type { Condition } from '../spec/policy/condition.ts'
import { valueText } from '../spec/policy/describe-policy.ts'
import { compileCondition } from './conditions/compile-condition.ts'
import { readField } from './conditions/read-field.ts'
import type { Facts } from './facts.ts'
import type { Truth } from './truth.ts'

/** One part of a condition and what it came to. `depth` says what belongs to what: the parts of `any` stand below it, one deeper. */
export interface PartTruth {
  readonly depth: number
  readonly text: string
  readonly truth: Truth
}

/** Every part of a condition with its truth, as `compileCondition` of the same `every` has it. */
export function explainCondition(condition: Condition, facts: Facts, every: boolean, depth = 0): PartTruth[] {
  return Object.entries(condition).flatMap(([key, value]): PartTruth[] => {
    // Each key is a condition of its own: together they are the whole.
    const truth = compileCondition({ [key]: value } as Condition, every)(facts)
    switch (key) {
      // Proof for these three: the schema of `Condition`.
      case 'all': case 'any': return [{ depth, text: key === 'all' ? 'all of' : 'any of', truth }, ...(value as readonly Condition[]).flatMap((each) => explainCondition(each, facts, every, depth + 1))]
      case 'not': return [{ depth, text: 'not', truth }, ...explainCondition(value as Condition, facts, !every, depth + 1)]
      default: return [{ depth, text: `${key}: ${wantedText(key, value, facts, every)} (${foundText(key, facts)})`, truth }]
    }
  })
}

/** Of a long list the one that fits, where one does. */
function wantedText(key: string, value: unknown, facts: Facts, every: boolean): string {
  if (!Array.isArray(value) || value.length < 4) return valueText(value)
  const fitting: unknown = value.find((each: unknown) => compileCondition({ [key]: each } as Condition, every)(facts) === true)
  return fitting === undefined ? valueText(value) : `${valueText(fitting)}, one of ${value.length}`
}

function foundText(key: string, facts: Facts): string {
  if (key === 'in') return `it is ${facts.possibly ?? facts.action.kind}`
  if (key === 'kinds') return facts.secrets === undefined ? 'nobody looked' : `found: ${facts.secrets.join(', ') || 'none'}`
  if (key === 'window') return `it was ${new Date(facts.now).toISOString()}`
  const field = readField(facts, key)
  if (field.state === 'none') return 'there is no such thing here'
  if (field.state === 'unknown') return 'nobody can tell'
  return `it is ${Array.isArray(field.value) ? field.value.map((word) => word ?? '…').join(' ') : String(field.value)}`
}
