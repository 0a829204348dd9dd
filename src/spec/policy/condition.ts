import { z } from 'zod'
import { commonFields, type FieldKind, fieldsOf, subjectFields } from './subjects.ts'
import type { ActionKind } from '../actions.ts'

/**
 * `{field: value | [any of] | {op: value}}`, all of which must hold; `all`, `any` and `not` combine. Texts are globs: `*` any
 * characters, `?` one. Paths: `*` within a folder, `**` across; `~` is the home folder; relative ones are of the workspace,
 * and those that start with `**` match anywhere. `argv`: words, `*` one word, a last word that ends in `*` also any rest.
 */
export type Condition = { readonly [field: string]: Test } & { readonly all?: readonly Condition[]; readonly any?: readonly Condition[]; readonly not?: Condition }
export type Test = Scalar | readonly Scalar[] | Operators | Window
export type Scalar = string | number | boolean
export interface Operators {
  readonly eq?: Scalar
  readonly ne?: Scalar
  readonly lt?: number
  readonly le?: number
  readonly gt?: number
  readonly ge?: number
  readonly in?: readonly Scalar[]
  /** A regular expression of RE2 (linear time), found anywhere unless anchored. */
  readonly matches?: string
  readonly not?: Scalar | readonly Scalar[]
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const day = z.string().regex(new RegExp(`^(?:${dayNames.join('|')})(?:-(?:${dayNames.join('|')}))?$`), 'must be a day such as mon, or a range such as mon-fri')
const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "09:00"')

/** True from `from` (inclusive) to `to` (exclusive) on the days named; a window over midnight belongs to the day it begins on. */
export const Window = z.strictObject({
  tz: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').default('UTC'),
  days: z.array(day).min(1).optional(),
  from: clockTime,
  to: clockTime,
})
export type Window = z.infer<typeof Window>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The days of a `days` list, 0 = Monday. */
export function daysOf(list: readonly string[] | undefined): ReadonlySet<number> {
  if (list === undefined) return new Set([0, 1, 2, 3, 4, 5, 6])
  return new Set(list.flatMap((each) => {
    const [first, last = first] = each.split('-').map((name) => dayNames.findIndex((one) => one === name))
    if (first === undefined || last === undefined) return []
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7)
  }))
}

const word = z.string().min(1).max(1_000)
const operators = <Value extends z.ZodType>(value: Value) => ({ eq: value.optional(), ne: value.optional(), in: z.array(value).min(1).max(500).optional(), not: z.union([value, z.array(value).min(1).max(500)]).optional() })
const notEmpty = (map: object) => Object.keys(map).length > 0
const textTest = z.union([word, z.array(word).min(1).max(500), z.strictObject({ ...operators(word), matches: word.optional() }).refine(notEmpty, 'must name an operator, such as in or matches')])
const bound = z.number().optional()
const numberTest = z.union([z.number(), z.array(z.number()).min(1).max(500), z.strictObject({ ...operators(z.number()), lt: bound, le: bound, gt: bound, ge: bound }).refine(notEmpty, 'must name an operator, such as ge')])

const testOf: Readonly<Record<FieldKind, z.ZodType>> = {
  text: textTest, path: textTest, host: textTest, url: textTest, model: textTest, words: textTest, texts: textTest, number: numberTest, boolean: z.boolean(), window: Window,
}

/** The schema of a condition on these subjects; `extra` fields beside them. */
export function conditionOf(subjects: readonly ActionKind[] | 'any', extra: Readonly<Record<string, z.ZodType>> = {}): z.ZodObject {
  const fields = Object.entries(fieldsOf(subjects)).map(([name, kind]) => [name, testOf[kind].optional()] as const)
  const schema: z.ZodObject = z.strictObject({
    ...Object.fromEntries(fields), ...extra,
    get all() { return z.array(schema).min(1).max(50).optional() },
    get any() { return z.array(schema).min(1).max(50).optional() },
    get not() { return schema.optional() },
  })
  return schema
}

/** The kind of a field when an action of `subject` is tested. */
export function fieldKind(subject: ActionKind, field: string): FieldKind | undefined {
  const own: Readonly<Record<string, FieldKind>> = subjectFields[subject]
  const common: Readonly<Record<string, FieldKind>> = commonFields
  return own[field] ?? common[field]
}
