import { type Control, dayOptions, linesOf, splitCompare, splitSpan, writeAnswer } from './controls.ts'
import { fieldsOfForm } from './fields-of-form.ts'
import type { Answers, FormField, FormState } from './form-field.ts'
import { typeTable } from './type-table.ts'
import { subjectWords } from './words.ts'

/** What the policy does, in a sentence for somebody who has never seen one. */
export function sayForm({ type, answers }: FormState): string {
  const fields = fieldsOfForm({ type, answers })
  const verdict = verdictWords[String(writeAnswer(fields.find(({ id }) => id === 'action')?.control ?? { kind: 'text' }, answers['action'] ?? ''))] ?? asks
  const what = subjectsOf(type, answers)
  const tests = testsOf(fields.filter(({ section, id }) => section === 'what' && id.startsWith('match/') && !spoken.has(id)), answers)
  return `${[`${measureOf(type, { answers, what, ...verdict })}${tests}`, afterOf(fields, answers, type === 'require'), windowOf(type, answers), exceptOf(fields, answers)].join('')}.`
}

interface VerdictWords {
  /** `Asks before` a push. */
  readonly before: string
  /** `Asks` when … */
  readonly does: string
}
const asks: VerdictWords = { before: 'Asks before', does: 'Asks' }
const verdictWords: Readonly<Record<string, VerdictWords>> = { ask: asks, deny: { before: 'Refuses', does: 'Refuses everything' }, warn: { before: 'Warns about', does: 'Warns' } }
/** Said as what it speaks of, not as a test. */
const spoken: ReadonlySet<string> = new Set(['match/verb', 'match/subject'])

const typeWords: Readonly<Record<string, string>> = { exec: subjectWords.exec, network: subjectWords['net.request'], tool: 'using a tool', model: subjectWords['model.call'], spawn: subjectWords.spawn, secret: 'sending a secret out' }
const verbSubjects: Readonly<Record<string, string>> = {
  push: subjectWords['git.push'], commit: subjectWords['git.commit'], install: subjectWords['package.install'], publish: subjectWords['package.publish'], read: 'reading', write: 'changing', delete: 'deleting',
}

function subjectsOf(type: FormState['type'], answers: Answers): string {
  const subject = answers[typeTable[type].subject === 'of' ? 'of' : 'match/subject']
  if (typeTable[type].subject !== undefined) return subject === undefined || subject === '' ? 'anything at all' : nounOf(subject)
  const verbs = linesOf(answers['match/verb'] ?? '').map((verb) => verbSubjects[verb] ?? verb)
  if (type === 'file') return `${listed(verbs.length === 0 ? ['reading', 'changing', 'deleting'] : verbs)} a file`
  return verbs.length > 0 ? listed(verbs) : (typeWords[type] ?? nounOf(type))
}

function measureOf(type: FormState['type'], { answers, what, before, does }: VerdictWords & { readonly answers: Answers; readonly what: string }): string {
  const open = '…'
  const { value = '', every = '' } = answers
  const amount = (text: string) => (text.trim() === '' ? open : answers['unit'] === 'tokens' ? `${text.trim()} tokens` : `$${text.trim().replace(/^\$\s*/, '')}`)
  if (type === 'cost') return answers['mode'] === 'value' ? `${does} once ${amount(value)} is spent` : `Asks each time another ${amount(every)} is spent`
  if (type === 'rate') return `${does === 'Refuses everything' ? 'Refuses' : does} after ${value.trim() || open} times ${what} ${spanWords(fieldControl({ type, answers }, 'per'), answers['per'] ?? '')}`
  if (type === 'loop') return `${does === 'Refuses everything' ? 'Refuses' : does} when the same comes ${value.trim() || open} times among the last ${answers['loop/within'] ?? open}: ${what}`
  return `${before} ${what}`
}

const fieldControl = (form: FormState, wanted: string): Control | undefined => fieldsOfForm(form).find(({ id }) => id === wanted)?.control

function spanWords(control: Control | undefined, text: string): string {
  if (control?.kind !== 'span' || text === '') return 'in …'
  const { count, unit } = splitSpan(control, text)
  const label = [...control.units, ...(control.places ?? [])].find(({ value }) => value === unit.value)?.label ?? ''
  return unit.place ? `in ${label}` : `in ${count.trim() || '…'} ${count.trim() === '1' ? label.replace(/s$/, '') : label}`
}

/** ` (branches: main; forced: yes)` */
function testsOf(fields: readonly FormField[], answers: Answers): string {
  const tests = fields.flatMap(({ id, label, control }) => {
    const text = answers[id] ?? ''
    if (writeAnswer(control, text) === undefined) return []
    const { operator, count } = splitCompare(text)
    const said = control.kind === 'compare' ? `${comparisons[operator] ?? operator} ${count}` : control.kind === 'select' ? (control.options.find(({ value }) => value === text)?.label ?? text) : listed(linesOf(text))
    if (id.endsWith('/exit')) return [said]
    return [`${label.charAt(0).toLowerCase()}${label.slice(1)}: ${said}`]
  })
  return tests.length === 0 ? '' : ` (${tests.join('; ')})`
}
const comparisons: Readonly<Record<string, string>> = { ge: 'at least', gt: 'more than', eq: 'exactly', le: 'at most', lt: 'less than' }

function afterOf(fields: readonly FormField[], answers: Answers, isRequired: boolean): string {
  const after = answers['after'] ?? ''
  if (after === '' || !fields.some(({ id }) => id === 'after')) return ''
  const ownTests = (id: string) => testsOf(fields.filter((field) => field.id.startsWith(`${id}/`) && !field.id.startsWith('after/since') === (id === 'after') && field.control.kind !== 'past' && field.control.kind !== 'check'), answers)
  const since = answers['after/since'] ?? ''
  if (isRequired) return ` unless it comes after ${nounOf(after)}${ownTests('after')}${since === '' ? '' : `, and again after ${nounOf(since)}${ownTests('after/since')}`}`
  const cleared = fields.some(({ id }) => id === 'after/cleared_by') && answers['after/cleared_by'] === 'yes'
  return `, but only after ${nounOf(after)}${ownTests('after')}${cleared ? ', until a person has allowed it once' : ''}`
}

function windowOf(type: FormState['type'], answers: Answers): string {
  if (type !== 'time') return ''
  const days = linesOf(answers['window/days'] ?? '')
  const names = days.length === 0 || days.length === dayOptions.length ? 'every day' : listed(dayOptions.filter(({ value }) => days.includes(value)).map(({ label }) => label), 'and')
  return ` ${answers['window'] === 'match' ? 'within' : 'outside'} ${answers['window/from'] || '…'} to ${answers['window/to'] || '…'}, ${names}`
}

function exceptOf(fields: readonly FormField[], answers: Answers): string {
  const exceptions = fields.filter(({ path }) => path?.[0] === 'unless' && path[1] !== 'window')
    .flatMap(({ id, control }) => (writeAnswer(control, answers[id] ?? '') === undefined ? [] : [control.kind === 'check' ? 'what the agent made itself' : listed(linesOf(answers[id] ?? ''))]))
  return exceptions.length === 0 ? '' : `, except ${listed(exceptions)}`
}

const nounOf = (subject: string): string => Object.entries(subjectWords).find(([key]) => key === subject)?.[1] ?? subject
const listed = (texts: readonly string[], last = 'or') => (texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${last} ${texts.at(-1)}`)
