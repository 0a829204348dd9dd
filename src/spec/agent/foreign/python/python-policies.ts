import { quote, quoteWhole } from '../../../yaml/problem.ts'
import { entryOf, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'
import type { Draft } from '../draft.ts'
import { expectText, type FieldRules, lose, readFields, refuse, type Translation } from '../translation.ts'
import { fillPolicies } from './fill-policy.ts'
import { handlerRule } from './policy-handlers.ts'

/** `guardrails` of a bundle. */
export function readGuardrails(translation: Translation, draft: Draft, node: YamlNode): void {
  readFields(translation, { node, label: 'guardrails' }, {
    policies: (entry) => readPolicies(translation, draft, entry.value, 'guardrails.policies'),
    labels: 'policies know no labels yet',
    ask_timeout: 'a policy says how long a person has (approval.timeout)',
  })
}

/** A map from name to policy. A policy that is not carried is an error: an agent must not run without it unnoticed. */
export function readPolicies(translation: Translation, draft: Draft, node: YamlNode, label: string): void {
  if (node.kind === 'null' || node.kind === 'unreadable') return
  if (node.kind !== 'map') return refuse(translation, node.range, 'type', `${label} must be a map from names to policies`)
  for (const entry of node.entries) draft.policies.push(...readPolicy(translation, entry, `${label}.${entry.key}`))
}

function readPolicy(translation: Translation, entry: YamlEntry, label: string): YamlNode[] {
  const { key, keyRange, value } = entry
  if (value.kind === 'unreadable') return []
  if (value.kind !== 'map') {
    refuse(translation, value.range, 'type', `${label} must be a map`)
    return []
  }
  const found: Found = {}
  readFields(translation, { node: value, label }, policyRules(translation, found, label))
  if (found.isRefused === true) return []
  if (found.handler === undefined) {
    refuse(translation, keyRange, 'missing-key', `${label} needs "handler"`)
    return []
  }
  const { text, node } = found.handler
  const rule = handlerRule(text)
  if (rule === undefined) {
    refuse(translation, node.range, 'unavailable', `policy handler ${quoteWhole(text)} is Python code, which does not run here, and no policy of ours says the same`, 'say it as a policy, or remove it')
    return []
  }
  if (rule.note !== undefined) lose(translation, keyRange, `${label} is ${rule.note}`)
  return fillPolicies(translation, rule, { name: key, range: keyRange, label, args: found.args })
}

interface Found {
  handler?: { readonly text: string; readonly node: YamlNode }
  args?: YamlEntry
  isRefused?: boolean
}

function policyRules(translation: Translation, found: Found, label: string): FieldRules {
  const handler = (entry: YamlEntry) => {
    const text = expectText(translation, entry, `${label}.${entry.key}`)
    if (text === undefined) found.isRefused = true
    else found.handler = { text, node: entry.value }
  }
  const later = (message: string) => (entry: YamlEntry) => {
    found.isRefused = true
    refuse(translation, entry.keyRange, 'unavailable', message, 'say it as another policy, or remove it')
  }
  return {
    type: (entry) => {
      const type = expectText(translation, entry, `${label}.type`)
      if (type === undefined || type === 'function') return
      found.isRefused = true
      if (type === 'prompt') refuse(translation, entry.value.range, 'unavailable', `${label} asks a model (type prompt); policies that do are not available yet`, 'say it as another policy, or remove it')
      else refuse(translation, entry.value.range, 'value', `${label} has the type ${quote(type)}, which is not known here`)
    },
    handler, callable: handler,
    function: (entry) => {
      if (entry.value.kind !== 'map') return handler(entry)
      const path = entryOf(entry.value, 'path')
      if (path !== undefined) handler(path)
      const args = entryOf(entry.value, 'arguments')
      if (args !== undefined) found.args = args
      readFields(translation, { node: entry.value, label: `${label}.function` }, { path: () => undefined, arguments: () => undefined })
    },
    factory_params: (entry) => void (found.args = entry),
    // Of a function policy the other edition does not look at it either: the function chooses.
    on: () => undefined,
    condition: 'policies know no labels yet, so it holds whatever they are',
    set_labels: later(`${label} sets labels; policies know none yet`),
    ask_timeout: 'a policy says how long a person has (approval.timeout)',
    config: 'handlers take their values from factory_params',
    description: 'a policy has a name only',
    prompt: () => undefined, executor: () => undefined, allow_set_labels: () => undefined, allowed_label_keys: () => undefined,
  }
}
