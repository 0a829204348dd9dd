import { actionKinds, type PolicyType, subjectPatterns } from '../../../spec/policy/subjects.ts'
import type { Option } from './controls.ts'
import type { Answers, FormField, FormVerdict } from './form-field.ts'
import { subjectWords } from './words.ts'

/** What the form asks about one type of policy. Fields of `match` come from the language; this says which matter most. */
export interface TypeForm {
  /** What is controlled, in a word or two. */
  readonly title: string
  readonly about: string
  /** Fields of `match` that are asked at once, in order; all others of the type stand behind "more". */
  readonly first: readonly string[]
  /** Fields of which exceptions can be made. */
  readonly except?: readonly string[]
  /** How the actions it speaks of are chosen, where the type speaks of any. */
  readonly subject?: 'match' | 'of'
  /** Without the fields of an action: only who does it. */
  readonly onlyWho?: true
  /** What must or may have happened before. */
  readonly past: 'may' | 'must' | 'no'
  readonly verdicts: readonly FormVerdict[]
  /** Keys that only this type has. */
  keys(answers: Answers): readonly FormField[]
  /** Answers to begin with. */
  readonly preset: Answers
}

const restrictive = ['ask', 'deny', 'warn'] as const
const none = () => []
const subjects = { first: [], past: 'may', verdicts: restrictive, keys: none, preset: {} } as const

export const typeTable: Readonly<Record<PolicyType, TypeForm>> = {
  cost: { title: 'Money', about: 'A budget, or a pause every so often', first: [], onlyWho: true, past: 'no', verdicts: ['ask', 'deny', 'warn'], keys: costKeys, preset: { mode: 'every' } },
  exec: { ...subjects, title: 'Commands', about: 'What is run in a shell', first: ['argv'], except: ['argv'] },
  git: { ...subjects, title: 'Git', about: 'Pushes and commits', first: ['verb', 'ref', 'force'], except: ['ref', 'repo'], preset: { 'match/verb': 'push' } },
  package: { ...subjects, title: 'Packages', about: 'Installing and publishing', first: ['verb', 'names', 'manager'], except: ['names'], preset: { 'match/verb': 'install' } },
  file: { ...subjects, title: 'Files', about: 'Reading, changing, deleting', first: ['verb', 'path'], except: ['created_by_agent', 'path'], preset: { 'match/verb': 'write\ndelete' } },
  network: { ...subjects, title: 'Network', about: 'Requests to other machines', first: ['host', 'method', 'writes'], except: ['host'] },
  secret: { ...subjects, title: 'Secrets', about: 'Keys and tokens that would leave', first: [], onlyWho: true, keys: none, preset: { action: 'deny' } },
  tool: { ...subjects, title: 'Tools', about: 'A tool, or a server of tools', first: ['server', 'tool'], except: ['tool'] },
  model: { ...subjects, title: 'Models', about: 'Which models may be called', first: ['model'], except: ['model'] },
  spawn: { ...subjects, title: 'Sub-agents', about: 'What it may start beside itself', first: ['agent'], except: ['agent'] },
  rate: { title: 'Rate', about: 'How often something may happen', first: [], subject: 'of', past: 'no', verdicts: restrictive, keys: rateKeys, preset: { value: '30', per: '1m' } },
  loop: { title: 'Loops', about: 'The same thing again and again', first: [], subject: 'of', past: 'no', verdicts: restrictive, keys: loopKeys, preset: { of: 'exec', value: '5', 'loop/within': '10 calls' } },
  time: { title: 'Time', about: 'Only at certain hours', first: [], subject: 'match', past: 'no', verdicts: restrictive, keys: timeKeys, preset: { window: 'unless', 'window/from': '09:00', 'window/to': '17:00', 'window/days': 'mon\ntue\nwed\nthu\nfri' } },
  require: { title: 'Order', about: 'Something else has to come first', first: [], subject: 'match', past: 'must', verdicts: ['deny', 'ask', 'warn'], keys: none, preset: { 'match/subject': 'git.commit', after: 'exec', 'after/exec/exit': '0' } },
}

const option = (value: string, label: string, about?: string): Option => ({ value, label, ...(about === undefined ? {} : { about }) })
export const patternOptions: readonly Option[] = subjectPatterns.map((value) => option(value, subjectWords[value]))
export const kindOptions: readonly Option[] = actionKinds.map((value) => option(value, subjectWords[value]))

const timeUnits = [option('s', 'seconds'), option('m', 'minutes'), option('h', 'hours'), option('d', 'days')]
export const waitUnits = timeUnits.filter(({ value }) => value !== 's')
const callUnits = [option(' calls', 'calls')]
export const recentUnits = [...waitUnits, ...callUnits]

function costKeys({ mode, unit }: Answers): readonly FormField[] {
  const dollars = unit !== 'tokens'
  const amount = dollars ? { kind: 'number', before: '$' } as const : { kind: 'number', after: 'tokens' } as const
  return [
    { id: 'mode', path: undefined, section: 'what', label: 'How', control: { kind: 'select', always: true, cards: true, options: [option('every', 'A pause every so often', 'Asks each time another such amount is spent.'), option('value', 'A limit', 'Holds from then on, once so much is spent.')] } },
    ...(mode === 'value' ? [
      { id: 'op', path: ['op'], section: 'what', label: '', control: { kind: 'constant', writes: 'ge' } } as const,
      { id: 'value', path: ['value'], section: 'what', label: 'Once this much is spent', control: amount, placeholder: dollars ? '20' : '1000000', needed: 'How much may be spent?' } as const,
    ] : [{ id: 'every', path: ['every'], section: 'what', label: 'Pause every', control: amount, placeholder: dollars ? '5' : '500000', needed: 'After how much should it pause?' } as const]),
    { id: 'unit', path: ['unit'], section: 'what', label: 'Counted in', control: { kind: 'select', options: [option('', 'dollars'), option('tokens', 'tokens')] } },
    ...(dollars ? [
      { id: 'unpriced', path: ['unpriced'], section: 'what', isMore: true, label: 'A model whose price nobody knows', control: { kind: 'select', options: [option('', 'makes it ask'), option('deny', 'is refused')] } } as const,
      { id: 'count_plan', path: ['count_plan'], section: 'what', isMore: true, label: 'Count what a subscription pays for, too', control: { kind: 'check', writes: true } } as const,
    ] : []),
  ]
}

function rateKeys(): readonly FormField[] {
  return [
    { id: 'op', path: ['op'], section: 'what', label: '', control: { kind: 'constant', writes: 'gt' } },
    { id: 'value', path: ['value'], section: 'what', label: 'More than', control: { kind: 'number', after: 'times' }, needed: 'How often is still fine?' },
    { id: 'per', path: ['per'], section: 'what', label: 'In', control: { kind: 'span', units: timeUnits, places: [option('turn', 'one turn'), option('session', 'one session'), option('tree', 'the session and all it started')] }, needed: 'Within how long?' },
    { id: 'count', path: ['count'], section: 'what', isMore: true, label: 'What counts', control: { kind: 'select', options: [option('', 'what ran'), option('attempts', 'what was tried')] } },
  ]
}

function loopKeys(): readonly FormField[] {
  return [
    { id: 'op', path: ['op'], section: 'what', label: '', control: { kind: 'constant', writes: 'ge' } },
    { id: 'value', path: ['value'], section: 'what', label: 'The same', control: { kind: 'number', after: 'times' }, needed: 'How often is too often?' },
    { id: 'loop/within', path: ['within'], section: 'what', label: 'Among the last', control: { kind: 'span', units: callUnits }, needed: 'Among how many calls?' },
  ]
}

function timeKeys({ window }: Answers): readonly FormField[] {
  const at = (key: string) => [window === 'match' ? 'match' : 'unless', 'window', key]
  return [
    { id: 'window', path: undefined, section: 'when', label: 'When it holds', control: { kind: 'select', always: true, options: [option('unless', 'outside these hours'), option('match', 'within these hours')] } },
    { id: 'window/days', path: at('days'), section: 'when', label: 'Days', control: { kind: 'days' } },
    { id: 'window/from', path: at('from'), section: 'when', label: 'From', control: { kind: 'text' }, placeholder: '09:00', needed: 'From when?' },
    { id: 'window/to', path: at('to'), section: 'when', label: 'To', control: { kind: 'text' }, placeholder: '17:00', needed: 'Until when?' },
    { id: 'window/tz', path: at('tz'), section: 'when', label: 'Time zone', control: { kind: 'text' }, placeholder: 'Europe/Berlin', hint: 'Empty: UTC.' },
  ]
}
