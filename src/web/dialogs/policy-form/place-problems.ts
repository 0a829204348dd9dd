import type { PolicyCheck } from '../../../spec/api/policies.ts'
import { fieldsOfForm } from './fields-of-form.ts'
import type { FormState } from './form-field.ts'
import { pathAt } from './policy-yaml.ts'

export interface PlacedProblems {
  /** What is wrong with a field, by its id. */
  readonly byField: Readonly<Record<string, string>>
  /** What cannot be told a field. */
  readonly others: readonly string[]
}

/** Puts what the server found in a text to the fields that wrote it. */
export function placeProblems(form: FormState, text: string, problems: Readonly<PolicyCheck['problems']>): PlacedProblems {
  const fields = fieldsOfForm(form).filter(({ control }) => control.kind !== 'constant')
  const byField: Record<string, string> = {}
  const others: string[] = []
  for (const { line, column, message, hint } of problems) {
    // Several exceptions stand in a list: each belongs to the field of its name.
    const path = pathAt(text, line, column).filter((key, index) => !(key === 'any' && index === 1))
    const said = hint === undefined ? message : `${message} — ${hint}`
    const [best] = fields.map(({ id, path: own = [] }) => ({ id, length: startsWith(path, own) ? own.length : 0 })).filter(({ length }) => length > 0).sort((left, right) => right.length - left.length)
    if (best === undefined) others.push(said)
    else byField[best.id] = byField[best.id] === undefined ? said : `${byField[best.id]}; ${said}`
  }
  return { byField, others }
}


const startsWith = (path: readonly string[], start: readonly string[]) => start.every((key, index) => path[index] === key)
