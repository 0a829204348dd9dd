import type { ActionKind } from '../actions.ts'

/**
 * What policies may test, subject by subject. A field stands for the property of the action of the same name (camelCase
 * there), or for a fact about the call that the evaluator adds (`harness`, `depth`, `created_by_agent`, `writes`, …).
 */
export type FieldKind = 'text' | 'path' | 'host' | 'url' | 'model' | 'words' | 'texts' | 'number' | 'boolean' | 'window'

/** Facts of every action, whatever its subject. */
export const commonFields = {
  subject: 'text', outbound: 'boolean', harness: 'text', agent: 'text', depth: 'number', observed: 'boolean', window: 'window',
} as const satisfies Record<string, FieldKind>

export const subjectFields = {
  exec: { argv: 'words', command: 'text', cwd: 'path', opaque: 'boolean' },
  'git.push': { verb: 'text', repo: 'text', ref: 'text', force: 'boolean', delete: 'boolean', tag: 'boolean' },
  'git.commit': { verb: 'text', message: 'text' },
  'package.install': { verb: 'text', manager: 'text', names: 'texts', scripts: 'boolean' },
  'package.publish': { verb: 'text', manager: 'text', name: 'text' },
  'file.read': { verb: 'text', path: 'path' },
  'file.write': { verb: 'text', path: 'path', bytes: 'number', created_by_agent: 'boolean' },
  'file.delete': { verb: 'text', path: 'path', created_by_agent: 'boolean' },
  'net.request': { url: 'url', scheme: 'text', host: 'host', port: 'number', method: 'text', path: 'text', body_bytes: 'number', writes: 'boolean' },
  'mcp.call': { server: 'text', tool: 'text' },
  'model.call': { model: 'model', est_cost: 'number' },
  spawn: { agent: 'text' },
  'message.out': { to: 'text' },
  'policy.change': { level: 'text', policy: 'text' },
  'secret.use': { name: 'text', host: 'host' },
  other: { tool: 'text' },
} as const satisfies Record<ActionKind, Record<string, FieldKind>>

export const actionKinds = Object.keys(subjectFields) as readonly ActionKind[] // Proof: the table has exactly the kinds.

/** The subjects of each policy type; `any`: whatever the policy's `match` names. */
export const typeSubjects = {
  exec: ['exec'], git: ['git.push', 'git.commit'], package: ['package.install', 'package.publish'],
  file: ['file.read', 'file.write', 'file.delete'], network: ['net.request'], secret: ['net.request', 'git.push', 'message.out', 'exec'],
  model: ['model.call'], spawn: ['spawn'], tool: 'any', time: 'any', require: 'any', cost: 'any', rate: 'any', loop: 'any',
} as const satisfies Record<string, readonly ActionKind[] | 'any'>
export type PolicyType = keyof typeof typeSubjects
export const policyTypes = Object.keys(typeSubjects) as readonly PolicyType[] // Proof: as above.

/** `shell` is another word for `exec`. */
export const policyTypeOf = (word: string): PolicyType | undefined => (word === 'shell' ? 'exec' : policyTypes.find((type) => type === word))

/** Where one name stands for fields of different kinds (a request's `path` and a file's), the subject decides; a file's wins where both may come. */
export function fieldsOf(subjects: readonly ActionKind[] | 'any'): Readonly<Record<string, FieldKind>> {
  const named = subjects === 'any' ? actionKinds : subjects
  const fields: Record<string, FieldKind> = { ...commonFields }
  for (const kind of named) for (const [name, field] of Object.entries(subjectFields[kind])) if (fields[name] !== 'path') fields[name] = field
  return fields
}

/** Subject patterns of `of:` and `after:`: a kind, a family (`git`, `package`, `file`), or `*`. */
export function kindsOf(pattern: string): readonly ActionKind[] | undefined {
  if (pattern === '*') return actionKinds
  const kinds = actionKinds.filter((kind) => kind === pattern || kind.startsWith(`${pattern}.`))
  return kinds.length === 0 ? undefined : kinds
}
export const subjectPatterns = ['*', 'git', 'package', 'file', ...actionKinds] as const
