import { canonicalJson } from '../../../base/canonical-json.ts'
import { policyTypeOf } from '../../../spec/policy/subjects.ts'
import { dayOptions, linesOf, readAnswer } from './controls.ts'
import { fieldsOfForm } from './fields-of-form.ts'
import type { Answers, FormState } from './form-field.ts'
import { type WrittenPolicy, writePolicy } from './write-policy.ts'

/** The form that says this policy; undefined when no form says exactly this. */
export function readPolicy(written: unknown): FormState | undefined {
  if (!isMap(written)) return undefined
  const type = policyTypeOf(String(written['type']))
  if (type === undefined) return undefined
  const policy: WrittenPolicy = { ...written, type, ...(isMap(written['unless']) ? { unless: merged(written['unless']) } : {}) }
  const match = isMap(policy['match']) ? policy['match'] : {}
  const answers: Record<string, string> = { mode: policy['every'] === undefined ? 'value' : 'every', window: match['window'] === undefined ? 'unless' : 'match' }
  // Which fields there are depends on answers: each round reads those that the last one brought.
  for (let round = 0; round < maxRounds; round++) Object.assign(answers, answersOf({ type, answers }, policy))
  const form = { type, answers }
  return sameText({ ...written, type }) === sameText(writePolicy(form)) ? form : undefined
}

const maxRounds = 5

function answersOf(form: FormState, policy: WrittenPolicy): Answers {
  return Object.fromEntries(fieldsOfForm(form).flatMap(({ id, path, control }) => {
    const value = path === undefined ? undefined : path.reduce<unknown>((inside, key) => (isMap(inside) ? inside[key] : undefined), policy)
    return value === undefined ? [] : [[id, readAnswer(control, value)]]
  }))
}

/** `any` of one test each is how several exceptions are written. */
function merged(unless: WrittenPolicy): WrittenPolicy {
  const { any } = unless
  if (!Array.isArray(any) || Object.keys(unless).length > 1) return unless
  const maps: readonly unknown[] = any
  return maps.every((each) => isMap(each) && Object.keys(each).length === 1) ? Object.assign({}, ...maps) as WrittenPolicy : unless
}

/** Equal for policies that say the same: what is said by default, one as a list of one, days one by one or as a range. */
const sameText = (policy: WrittenPolicy): string => canonicalJson(plain(policy, 'policy'))

function plain(value: unknown, key: string): unknown {
  if (key === 'days' && Array.isArray(value)) {
    const days = linesOf(readAnswer({ kind: 'days' }, value))
    return days.length === dayOptions.length ? undefined : days
  }
  if (Array.isArray(value)) return value.length === 1 ? plain(value[0], '') : value.map((each) => plain(each, ''))
  if (value === null) return {}
  if (!isMap(value)) return value
  const unsaid = key === 'policy' ? unsaidOf(value['type']) : key === 'window' ? { tz: 'UTC' } : {}
  return Object.fromEntries(Object.entries(value).filter(([name, each]) => each !== unsaid[name] && !(isEmpty(each) && (name === 'match' || name === 'unless'))).map(([name, each]) => [name, plain(each, name)]))
}

/** What holds where a policy does not say. A rate's scope depends on what it is counted by. */
const unsaidOf = (type: unknown): WrittenPolicy => ({ unit: 'usd', of: '*', count: 'executed', fingerprint: 'exact', enforce: 'best', op: type === 'rate' ? 'gt' : 'ge', ...(type === 'rate' ? {} : { scope: 'tree' }) })

const isEmpty = (value: unknown) => isMap(value) && Object.keys(value).length === 0
const isMap = (value: unknown): value is WrittenPolicy => typeof value === 'object' && value !== null && !Array.isArray(value)

