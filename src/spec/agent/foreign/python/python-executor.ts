import { quote } from '../../../yaml/problem.ts'
import type { YamlEntry } from '../../../yaml/yaml-node.ts'
import { effortLevels } from '../../words.ts'
import { type Draft, put } from '../draft.ts'
import { literal, textNode } from '../make-node.ts'
import { expectText, type FieldRules, lose, readFields } from '../translation.ts'
import type { PythonScope } from './python-agent.ts'

const signIn = 'how a harness signs in is not part of an agent file; it is set up on the machine'
const route = 'where model calls go is not part of an agent file; it is set up per harness'

/** `executor`: flat in a single file, with the harness under `config` in a bundle; each form is read in both. */
export function readExecutor({ translation }: Pick<PythonScope, 'translation'>, draft: Draft, { value }: YamlEntry): void {
  const shared: FieldRules = {
    harness: (entry) => {
      const text = expectText(translation, entry, 'executor.harness')
      if (text === undefined) return
      const { harnesses } = translation.dialects
      const known = Object.hasOwn(harnesses, text) ? harnesses[text] : undefined
      put(draft, 'harness', known === undefined ? literal(entry.value) : textNode(entry.value.range, known.id), entry.keyRange)
    },
    model: (entry) => {
      if (entry.value.kind === 'null') return
      if (expectText(translation, entry, 'executor.model') !== undefined) put(draft, 'model', literal(entry.value), entry.keyRange)
    },
    reasoning_effort: (entry) => readEffort(translation, draft, entry),
    profile: signIn,
  }
  readFields(translation, { node: value, label: 'executor' }, {
    ...shared,
    type: { same: ['omnigent'], otherwise: 'there is one kind of executor' },
    config: (entry) => readFields(translation, { node: entry.value, label: 'executor.config' }, {
      ...shared,
      permission_mode: 'policies say what is asked about',
      smart_routing_harness: 'no model is chosen per turn',
    }),
    auth: signIn,
    connection: route,
    context_window: 'each harness knows the window of its model',
    timeout: 'limits.minutes bounds the whole tree, not one turn',
    max_iterations: 'no limit counts the steps of one turn; limits has turns, minutes, tokens and usd',
  })
}

export function readLlm({ translation }: Pick<PythonScope, 'translation'>, draft: Draft, { value }: YamlEntry): void {
  readFields(translation, { node: value, label: 'llm' }, {
    model: (entry) => {
      if (expectText(translation, entry, 'llm.model') === undefined) return
      if (draft.fields.has('model')) lose(translation, entry.keyRange, 'llm.model is not carried: executor.model goes before it')
      else put(draft, 'model', literal(entry.value), entry.keyRange)
    },
    reasoning_effort: (entry) => readEffort(translation, draft, entry),
    max_completion_tokens: 'each harness sets the length of its answers',
    connection: route, profile: signIn,
    retry: 'each harness repeats its own model calls',
    fallback_models: 'harness takes a list in order of preference, model does not',
    temperature: 'each harness sets it',
    request_timeout: 'each harness sets it',
  })
}

function readEffort(translation: PythonScope['translation'], draft: Draft, entry: YamlEntry): void {
  if (entry.value.kind === 'null') return
  const text = expectText(translation, entry)
  if (text === undefined) return
  if (effortLevels.some((level) => level === text)) put(draft, 'effort', entry.value, entry.keyRange)
  else lose(translation, entry.value.range, `effort ${quote(text)} is not carried: levels are ${effortLevels.join(', ')}`)
}
