import type { ActionKind } from '../../../spec/actions.ts'
import { secretKinds, secretPlaces } from '../../../spec/policy/policy-schema.ts'
import { fieldsOf, kindsOf, typeSubjects } from '../../../spec/policy/subjects.ts'
import { type Control, linesOf, type Option, writeAnswer } from './controls.ts'
import type { Answers, FormField, FormState, FormVerdict } from './form-field.ts'
import { pastFields } from './past-fields.ts'
import { elsewhere, mainFields, conditionField } from './condition-field.ts'
import { kindOptions, patternOptions, typeTable, waitUnits } from './type-table.ts'

/** Everything the form asks for, in the order in which it stands in the policy: it depends on the type and on some answers. */
export function fieldsOfForm({ type, answers }: FormState): readonly FormField[] {
  const table = typeTable[type]
  const action = actionField(type, answers)
  const verdict = writeAnswer(action.control, answers['action'] ?? '')
  return [
    { id: 'name', path: ['name'], section: 'about', label: 'Name', control: { kind: 'text' } },
    ...subjectField(type),
    ...table.keys(answers),
    ...matchFields(type, answers),
    ...pastFields(table.past, answers, verdict === 'ask'),
    ...exceptFields(type, answers),
    ...scopeFields(type, answers),
    action,
    ...thenFields(verdict),
  ]
}

/** The kinds of action that a policy speaks of, as far as the answers say. */
function spokenOf(type: FormState['type'], answers: Answers): readonly ActionKind[] {
  const { onlyWho, subject } = typeTable[type]
  if (onlyWho === true) return []
  if (type === 'tool') return ['mcp.call']
  const chosen = subject === undefined ? undefined : answers[subject === 'of' ? 'of' : 'match/subject']
  const kinds = typeSubjects[type]
  if (kinds === 'any') return chosen === undefined || chosen === '' || chosen === '*' ? [] : (kindsOf(chosen) ?? [])
  const verbs = linesOf(answers['match/verb'] ?? '')
  const wanted = kinds.filter((kind) => verbs.includes(verbOf(kind)))
  return wanted.length === 0 ? kinds : wanted
}

const verbOf = (kind: ActionKind) => kind.split('.')[1] ?? kind
const verbWords: Readonly<Record<string, string>> = { push: 'Push', commit: 'Commit', install: 'Install', publish: 'Publish', read: 'Read', write: 'Create or change', delete: 'Delete' }

function subjectField(type: FormState['type']): readonly FormField[] {
  const { subject } = typeTable[type]
  if (subject === 'of') return [{ id: 'of', path: ['of'], section: 'what', label: 'Of what', control: { kind: 'select', always: true, options: patternOptions } }]
  if (subject === undefined) return []
  const control: Control = { kind: 'select', options: [{ value: '', label: type === 'time' ? 'anything at all' : 'choose…' }, ...kindOptions] }
  return [{ id: 'match/subject', path: ['match', 'subject'], section: 'what', label: type === 'require' ? 'Before' : 'What', control, ...(type === 'require' ? { needed: 'Before what?' } : {}) }]
}

function matchFields(type: FormState['type'], answers: Answers): readonly FormField[] {
  const kinds = spokenOf(type, answers)
  const { first } = typeTable[type]
  const types = typeSubjects[type]
  const verbs: FormField[] = first.includes('verb') && types !== 'any'
    ? [{ id: 'match/verb', path: ['match', 'verb'], section: 'what', label: 'It holds for', control: { kind: 'choices', options: types.map((kind) => ({ value: verbOf(kind), label: verbWords[verbOf(kind)] ?? verbOf(kind) })) } }]
    : []
  const known = fieldsOf(kinds)
  const names = Object.keys(known).filter((name) => !elsewhere.includes(name))
  const at = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  const chosen = types === 'any' && type !== 'tool'
  return [...verbs, ...secretFields(type), ...names.sort((left, right) => at(left) - at(right)).map((name) => conditionField(['match', name], known[name] ?? 'text', {
    section: 'what', kinds, isMore: !(first.includes(name) || (chosen && kinds.length === 1 && (mainFields[kinds[0] ?? ''] ?? []).includes(name))),
  }))]
}

function secretFields(type: FormState['type']): readonly FormField[] {
  if (type !== 'secret') return []
  const options = (words: readonly string[]): Option[] => words.map((value) => ({ value, label: secretWords[value] ?? value }))
  return [
    { id: 'match/kinds', path: ['match', 'kinds'], section: 'what', label: 'Which', control: { kind: 'choices', isList: true, options: options(secretKinds) }, hint: 'None chosen: all of them.' },
    { id: 'match/in', path: ['match', 'in'], section: 'what', label: 'Where', control: { kind: 'choices', isList: true, options: options(secretPlaces) }, hint: 'None chosen: everywhere.' },
  ]
}
const secretWords: Readonly<Record<string, string>> = {
  known: 'Saved keys', private_key: 'Private keys', github_token: 'GitHub tokens', aws_key: 'AWS keys', high_entropy: 'Whatever looks like one',
  'net.request': 'In requests', 'git.push': 'In pushes', 'message.out': 'In messages',
}

function exceptFields(type: FormState['type'], answers: Answers): readonly FormField[] {
  const kinds = spokenOf(type, answers)
  const known = fieldsOf(kinds)
  return (typeTable[type].except ?? []).filter((name) => known[name] !== undefined).map((name) => {
    const path = ['unless', name]
    if (name === 'created_by_agent') return { id: path.join('/'), path, section: 'when', label: 'Unless the agent made the file itself', control: { kind: 'check', writes: true } }
    const field = conditionField(path, known[name] ?? 'text', { section: 'when', kinds, isMore: false })
    return { ...field, label: `Except ${field.label.toLowerCase()}` }
  })
}

const verdictWords: Readonly<Record<FormVerdict, Option>> = {
  warn: { value: 'warn', label: 'Warn', about: 'It goes on; a note stands in the session.' },
  ask: { value: 'ask', label: 'Ask', about: 'It waits until a person says yes or no.' },
  deny: { value: 'deny', label: 'Deny', about: 'It is refused; the agent is told why.' },
}

/** Where a total can go on and on, a person is asked again and again: nothing else is a pause. */
function actionField(type: FormState['type'], answers: Answers): FormField {
  const verdicts = type === 'cost' && answers['mode'] !== 'value' ? (['ask'] as const) : typeTable[type].verdicts
  return { id: 'action', path: ['action'], section: 'then', label: 'What happens', control: { kind: 'select', always: true, cards: true, options: verdicts.map((verdict) => verdictWords[verdict]) } }
}

function thenFields(verdict: unknown): readonly FormField[] {
  const asks: readonly FormField[] = [
    { id: 'remember', path: ['approval', 'remember'], section: 'then', label: 'A yes holds', control: { kind: 'select', options: [{ value: '', label: 'for that one call' }, { value: 'session', label: 'for the rest of the session, if the person wants it' }, { value: 'project', label: 'for every session of the project, if the person wants it' }] } },
    { id: 'timeout', path: ['approval', 'timeout'], section: 'then', isMore: true, label: 'Refused unanswered after', control: { kind: 'span', units: waitUnits }, hint: 'Empty: it waits as long as it takes.' },
  ]
  return [
    ...(verdict === 'ask' ? asks : []),
    ...(verdict === 'warn' ? [] : [{ id: 'unknown', path: ['unknown'], section: 'then', isMore: true, label: 'When it cannot be told', control: { kind: 'select', options: [{ value: '', label: 'ask' }, { value: 'deny', label: 'deny' }] } } as const]),
    { id: 'message', path: ['message'], section: 'about', label: 'Message', control: { kind: 'long-text' }, hint: 'Said to the person who is asked, or to the agent when it is refused.' },
  ]
}

/** Whose past counts: only where something is counted or remembered, and not said by a rate itself. */
function scopeFields(type: FormState['type'], { after = '', per = '' }: Answers): readonly FormField[] {
  const counts = type === 'cost' || type === 'loop' || (type === 'rate' && /^\d/.test(per)) || (after !== '' && typeTable[type].past !== 'no')
  return counts ? [{ id: 'scope', path: ['scope'], section: 'when', isMore: true, label: 'Counted over', control: { kind: 'select', options: scopeOptions } }] : []
}

const scopeOptions: readonly Option[] = [
  { value: '', label: 'the session and all it started' }, { value: 'session', label: 'each session for itself' }, { value: 'agent', label: 'all sessions of one agent' }, { value: 'turn', label: 'each turn for itself' },
]
