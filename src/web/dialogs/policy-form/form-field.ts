import type { Verdict } from '../../../spec/policy/words.ts'
import type { PolicyType } from '../../../spec/policy/subjects.ts'
import type { Control } from './controls.ts'

export type Section = 'what' | 'when' | 'then' | 'about'

/** One thing that the form asks, and where its answer stands in the policy. */
export interface FormField {
  readonly id: string
  /** Undefined: it only decides what else is asked. */
  readonly path: readonly string[] | undefined
  readonly section: Section
  readonly label: string
  readonly control: Control
  readonly hint?: string
  readonly placeholder?: string
  /** What to say while it is empty and must not be. */
  readonly needed?: string
  /** Behind "more": rarely wanted. */
  readonly isMore?: boolean
}

/** What a person has chosen: a type and, by field, what stands in each control. Answers to fields that are not asked now are kept. */
export interface FormState {
  readonly type: PolicyType
  readonly answers: Answers
}
export type Answers = Readonly<Record<string, string>>

export type FormVerdict = Exclude<Verdict, 'allow'>
