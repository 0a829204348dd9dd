import { daysOf } from '../../../spec/policy/condition.ts'

export interface Option {
  readonly value: string
  readonly label: string
  /** One sentence on what it means. */
  readonly about?: string
  /** What stands in the policy, where it is not the value itself. */
  readonly writes?: unknown
}

/** How something is asked. What a person answers is kept as text, exactly as it stands in the control; empty means not said. */
export type Control =
  | { readonly kind: 'text' | 'long-text' | 'yes-no' | 'compare' }
  /** Any of several texts, one a line. `code`: patterns of paths, commands and the like. */
  | { readonly kind: 'lines' }
  | { readonly kind: 'number'; readonly before?: string; readonly after?: string }
  /** One of these; with `always` the first where nothing was chosen. `cards`: each with its sentence. */
  | { readonly kind: 'select'; readonly options: readonly Option[]; readonly always?: boolean; readonly cards?: boolean }
  /** Any of these; none and all mean the same, where all may be said by saying nothing. */
  | { readonly kind: 'choices'; readonly options: readonly Option[]; readonly isList?: boolean }
  | { readonly kind: 'days' }
  | { readonly kind: 'check'; readonly writes: unknown }
  /** A number with a unit, written as one word: `10m`, `12 calls`; `places` stand alone: `turn`. */
  | { readonly kind: 'span'; readonly units: readonly Option[]; readonly places?: readonly Option[] }
  /** Which kind of action has happened: the key under which its own fields stand. */
  | { readonly kind: 'past'; readonly options: readonly Option[] }
  /** Always written, never asked. */
  | { readonly kind: 'constant'; readonly writes: unknown }

export const dayOptions: readonly Option[] = [['mon', 'Mon'], ['tue', 'Tue'], ['wed', 'Wed'], ['thu', 'Thu'], ['fri', 'Fri'], ['sat', 'Sat'], ['sun', 'Sun']].map(([value = '', label = '']) => ({ value, label }))

/** What an answer puts into the policy; undefined: nothing. A number that is none stands there as it was typed, so that the check says so. */
export function writeAnswer(control: Control, text: string): unknown {
  switch (control.kind) {
    case 'text': case 'long-text': return text.trim() === '' ? undefined : text.trim()
    case 'lines': return oneOrMany(linesOf(text))
    case 'number': return numberOf(text)
    case 'yes-no': return text === 'yes' ? true : text === 'no' ? false : undefined
    case 'check': return text === 'yes' ? control.writes : undefined
    case 'constant': return control.writes
    case 'compare': return compareOf(text)
    case 'select': {
      const option = control.options.find(({ value }) => value === text) ?? (control.always === true ? control.options[0] : undefined)
      return option === undefined || option.value === '' ? undefined : 'writes' in option ? option.writes : option.value
    }
    case 'choices': {
      const chosen = control.options.map(({ value }) => value).filter((value) => linesOf(text).includes(value))
      if (chosen.length === 0 || chosen.length === control.options.length) return undefined
      return control.isList === true ? chosen : oneOrMany(chosen)
    }
    case 'days': return daysText(linesOf(text))
    case 'span': {
      const { count, unit } = splitSpan(control, text)
      return unit.place ? unit.value : count.trim() === '' ? undefined : `${count.trim()}${unit.value}`
    }
    case 'past': return control.options.some(({ value }) => value !== '' && value === text) ? { [text]: {} } : undefined
  }
}

/** The answer that writes this; some other answer where there is none: whoever reads a policy writes it again and compares. */
export function readAnswer(control: Control, written: unknown): string {
  if (written === undefined) return ''
  switch (control.kind) {
    case 'text': case 'long-text': case 'number': case 'span': return typeof written === 'string' || typeof written === 'number' ? String(written) : ''
    case 'lines': case 'choices': return [written].flat().map(String).join('\n')
    case 'yes-no': return written === true ? 'yes' : 'no'
    case 'check': return JSON.stringify(written) === JSON.stringify(control.writes) ? 'yes' : ''
    case 'constant': return ''
    case 'compare': {
      const [operator = '', value] = typeof written === 'object' && written !== null ? (Object.entries(written)[0] ?? []) : ['eq', written]
      return `${operator} ${String(value)}`
    }
    case 'select': return control.options.find((option) => JSON.stringify('writes' in option ? option.writes : option.value) === JSON.stringify(written))?.value ?? ''
    case 'days': {
      const days = daysOf([written].flat().map(String))
      return dayOptions.filter((_, index) => days.has(index)).map(({ value }) => value).join('\n')
    }
    case 'past': return typeof written === 'object' && written !== null ? (Object.keys(written).find((key) => key !== 'cleared_by' && key !== 'since') ?? '') : ''
  }
}

export const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '')

/** The number and the unit of what a span holds; while it is empty the first unit. */
export function splitSpan({ units, places = [] }: Extract<Control, { kind: 'span' }>, text: string): { count: string; unit: { value: string; place: boolean } } {
  const place = places.find(({ value }) => value === text)
  if (place !== undefined) return { count: '', unit: { value: place.value, place: true } }
  // The longest first: `ms` ends in `s`.
  const unit = units.map(({ value }) => value).sort((left, right) => right.length - left.length).find((value) => text.endsWith(value)) ?? units[0]?.value ?? ''
  return { count: text.endsWith(unit) ? text.slice(0, text.length - unit.length) : text, unit: { value: unit, place: false } }
}

/** `ge 5` as its operator and what was typed. */
export function splitCompare(text: string): { operator: string; count: string } {
  const [operator = 'ge', ...rest] = text.split(' ')
  return { operator: operator === '' ? 'ge' : operator, count: rest.join(' ') }
}

const oneOrMany = (texts: readonly string[]) => (texts.length > 1 ? texts : texts[0])

function numberOf(text: string): unknown {
  const plain = text.trim().replace(/^\$\s*/, '')
  if (plain === '') return undefined
  return /^-?\d{1,12}(?:\.\d{1,9})?$/.test(plain) ? Number(plain) : text.trim()
}

function compareOf(text: string): unknown {
  const { operator, count } = splitCompare(text)
  const value = numberOf(count)
  return value === undefined ? undefined : operator === 'eq' ? value : { [operator]: value }
}

/** Neighbouring days as a range: `mon-fri`. */
function daysText(days: readonly string[]): string[] | undefined {
  const chosen = dayOptions.map(({ value }) => value).filter((day) => days.includes(day))
  if (chosen.length === 0 || chosen.length === dayOptions.length) return undefined
  const all = dayOptions.map(({ value }) => value)
  const runs: string[][] = []
  for (const day of chosen) {
    const last = runs.at(-1)
    if (last !== undefined && all.indexOf(last.at(-1) ?? '') === all.indexOf(day) - 1) last.push(day)
    else runs.push([day])
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]}-${run.at(-1)}`] : run))
}
