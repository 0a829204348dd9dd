import type { PolicyType } from '../../../spec/policy/subjects.ts'
import type { Answers, FormState } from './form-field.ts'
import { onePolicyOf, writeYaml } from './policy-yaml.ts'
import { readPolicy } from './read-policy.ts'
import { typeTable } from './type-table.ts'
import { writePolicy } from './write-policy.ts'

/** A policy that is being written, by form or as text. The text is what will be added; the form is another view of it. */
export interface Draft {
  readonly view: 'form' | 'yaml'
  /** Undefined: nothing was chosen, or `isBeyondForm`. */
  readonly form: FormState | undefined
  /** What was answered for other types, should the person come back to them. */
  readonly others: Readonly<Partial<Record<PolicyType, Answers>>>
  readonly text: string
  /** The text says what no form says: it stays as it is. */
  readonly isBeyondForm: boolean
}

export const emptyDraft: Draft = { view: 'form', form: undefined, others: {}, text: '', isBeyondForm: false }

/** What stays when the type changes: it has nothing to do with it. */
const shared = ['name', 'message']

/** @param around names that are taken, and the person's time zone */
export function chooseType(draft: Draft, type: PolicyType, around: { readonly taken: readonly string[]; readonly zone: string }): Draft {
  const { form } = draft
  const kept = Object.fromEntries(shared.flatMap((id) => (form?.answers[id] === undefined ? [] : [[id, form.answers[id]]])))
  const zone: Answers = type === 'time' ? { 'window/tz': around.zone } : {}
  const answers = { ...(draft.others[type] ?? { ...zone, ...typeTable[type].preset }), ...kept }
  const others = form === undefined ? draft.others : { ...draft.others, [form.type]: form.answers }
  return withForm({ ...draft, others }, { type, answers }, around.taken)
}

export function answer(draft: Draft, [id, text]: readonly [id: string, text: string], taken: readonly string[]): Draft {
  return draft.form === undefined ? draft : withForm(draft, { ...draft.form, answers: { ...draft.form.answers, [id]: text } }, taken)
}

/** Goes on from a form that is filled in already. */
export const startFrom = (draft: Draft, form: FormState, taken: readonly string[]): Draft => withForm(draft, form, taken)

export const writeText = (draft: Draft, text: string): Draft => ({ ...draft, text, isBeyondForm: false })

/** The same in the other view. The form shows a text only if it can say all of it. */
export function showAs(draft: Draft, view: Draft['view'], taken: readonly string[]): Draft {
  if (view === 'yaml' || draft.view === view) return { ...draft, view }
  // What is half filled in is in the form only.
  if (draft.form !== undefined && draft.text === textOf(draft.form, taken)) return { ...draft, view }
  if (draft.text.trim() === '') return { ...draft, view, form: undefined, isBeyondForm: false }
  const form = readPolicy(onePolicyOf(draft.text))
  return { ...draft, view, form, isBeyondForm: form === undefined }
}

const withForm = (draft: Draft, form: FormState, taken: readonly string[]): Draft => ({ ...draft, form, text: textOf(form, taken), isBeyondForm: false })
const textOf = (form: FormState, taken: readonly string[]) => writeYaml(writePolicy(form, taken))
