import type { ActionKind } from '../../../spec/actions.ts'
import type { FieldKind } from '../../../spec/policy/subjects.ts'
import type { Control } from './controls.ts'
import type { FormField } from './form-field.ts'
import { wordsOf } from './words.ts'

/** Not asked as tests of what is done: asked elsewhere, or in other words. */
export const elsewhere: readonly string[] = ['subject', 'verb', 'window', 'created_by_agent']

/** Of each kind of action, what people test first. */
export const mainFields: Readonly<Record<string, readonly string[]>> = {
  exec: ['argv'], 'git.push': ['ref'], 'package.install': ['names', 'manager'], 'package.publish': ['name'], 'file.read': ['path'], 'file.write': ['path'], 'file.delete': ['path'], file: ['path'],
  'net.request': ['host'], 'mcp.call': ['server', 'tool'], 'model.call': ['model'], spawn: ['agent'], other: ['tool'], 'secret.use': ['name'], package: ['manager'],
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].map((value) => ({ value, label: value }))
const controlOf: Readonly<Record<FieldKind, Control>> = {
  text: { kind: 'lines' }, path: { kind: 'lines' }, host: { kind: 'lines' }, url: { kind: 'lines' }, model: { kind: 'lines' }, words: { kind: 'lines' }, texts: { kind: 'lines' },
  number: { kind: 'compare' }, boolean: { kind: 'yes-no' }, window: { kind: 'text' },
}

/** How one field of the language is asked: by what kind of value it has. */
export function conditionField(path: readonly string[], kind: FieldKind, { section, kinds, isMore }: { section: FormField['section']; kinds: readonly ActionKind[]; isMore: boolean }): FormField {
  const name = path.at(-1) ?? ''
  return { id: path.join('/'), path, section, control: name === 'method' ? { kind: 'choices', options: methods } : controlOf[kind], ...wordsOf(name, kinds), ...(isMore ? { isMore } : {}) }
}
