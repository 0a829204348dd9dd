import { type FieldKind, kindsOf, subjectFields } from '../../../spec/policy/subjects.ts'
import { type Option, writeAnswer } from './controls.ts'
import type { Answers, FormField } from './form-field.ts'
import { elsewhere, mainFields, conditionField } from './condition-field.ts'
import { patternOptions, recentUnits } from './type-table.ts'

/** What has happened before, and what takes it back. */
export function pastFields(past: 'may' | 'must' | 'no', answers: Answers, asks: boolean): readonly FormField[] {
  if (past === 'no') return []
  const must = past === 'must'
  const fields = happeningFields('after', {
    answers, label: must ? 'Must have happened before' : 'Only after', first: { value: '', label: must ? 'choose…' : 'whatever happened before' }, ...(must ? { needed: 'What must have happened?' } : {}),
  })
  if (writeAnswer(fields[0]?.control ?? { kind: 'text' }, answers['after'] ?? '') === undefined) return fields
  return [
    ...fields,
    ...(must ? happeningFields('after/since', { answers, label: 'And since then none of', first: { value: '', label: 'nothing takes it back' } }) : []),
    ...(asks && !must ? [{ id: 'after/cleared_by', path: ['after', 'cleared_by'], section: 'when', label: 'Until a person has allowed it once', control: { kind: 'check', writes: 'approval' } } as const] : []),
    { id: 'within', path: ['within'], section: 'when', isMore: true, label: 'Not longer ago than', control: { kind: 'span', units: recentUnits } },
  ]
}

/** One thing that happened, with what is tested of it. The id is its path with slashes. */
function happeningFields(id: string, { answers, label, first, needed }: { answers: Answers; label: string; first: Option; needed?: string }): readonly FormField[] {
  const path = id.split('/')
  const chosen = answers[id] ?? ''
  const kinds = chosen === '' || chosen === '*' ? [] : (kindsOf(chosen) ?? [])
  const own: Record<string, FieldKind> = {}
  for (const kind of kinds) for (const [name, field] of Object.entries(subjectFields[kind])) if (own[name] === undefined) own[name] = field
  const main = mainFields[chosen] ?? []
  return [
    { id, path, section: 'when', label, control: { kind: 'past', options: [first, ...patternOptions] }, ...(needed === undefined ? {} : { needed }) },
    ...Object.keys(own).filter((name) => !elsewhere.includes(name)).sort((left, right) => Number(main.includes(right)) - Number(main.includes(left)))
      .map((name) => conditionField([...path, chosen, name], own[name] ?? 'text', { section: 'when', kinds, isMore: !main.includes(name) })),
    ...(chosen === 'exec' ? [{ id: `${id}/exec/exit`, path: [...path, 'exec', 'exit'], section: 'when', label: 'How it ended', control: { kind: 'select', options: exitOptions } } as const] : []),
  ]
}

const exitOptions: readonly Option[] = [{ value: '', label: 'however it ended' }, { value: '0', label: 'it succeeded', writes: 0 }, { value: 'failed', label: 'it failed', writes: { ne: 0 } }]
