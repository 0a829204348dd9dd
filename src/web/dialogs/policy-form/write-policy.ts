import { writeAnswer } from './controls.ts'
import { fieldsOfForm } from './fields-of-form.ts'
import type { FormField, FormState } from './form-field.ts'
import { suggestName } from './suggest-name.ts'

/** A policy as it is written, not checked yet. */
export type WrittenPolicy = Readonly<Record<string, unknown>>

/** The policy that a form says. @param taken names that are others' already */
export function writePolicy(form: FormState, taken: readonly string[] = []): WrittenPolicy {
  const policy: Draft = { name: '', type: form.type }
  for (const { id, path, control } of fieldsOfForm(form)) {
    const value = path === undefined ? undefined : writeAnswer(control, form.answers[id] ?? '')
    if (path !== undefined && value !== undefined) put(policy, path, value)
  }
  if (policy['name'] === '') policy['name'] = suggestName(policy, taken)
  // Each exception is one of its own: a map of two would want both at once.
  const exceptions = Object.entries(policy['unless'] ?? {})
  return exceptions.length > 1 ? { ...policy, unless: { any: exceptions.map(([field, test]) => ({ [field]: test as unknown })) } } : policy
}

/** What must be said and is not yet. */
export const missingIn = (form: FormState): readonly FormField[] =>
  fieldsOfForm(form).filter(({ id, control, needed }) => needed !== undefined && writeAnswer(control, form.answers[id] ?? '') === undefined)

interface Draft {
  [key: string]: unknown
}

function put(policy: Draft, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    policy[key] = value
    return
  }
  const inside = policy[key]
  const map: Draft = typeof inside === 'object' && inside !== null ? { ...inside } : {}
  put(map, rest, value)
  policy[key] = map
}
