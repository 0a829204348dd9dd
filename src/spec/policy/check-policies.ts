import { suggestion } from '../yaml/did-you-mean.ts'
import { type Problem, quote, sortProblems } from '../yaml/problem.ts'
import { problemAtNode as at } from '../yaml/problem-at-node.ts'
import type { SourceText } from '../yaml/source-text.ts'
import { validateYaml, type Vocabulary } from '../yaml/validate-yaml.ts'
import { entryOf, nodeAt, textOf, type YamlNode } from '../yaml/yaml-node.ts'
import { checkPatterns } from './check-patterns.ts'
import { laterWords } from './later-stage.ts'
import { type Policy, type PolicySchemas, policySchemas, shippedPrefix } from './policy-schema.ts'
import { type PolicyType, policyTypeOf, policyTypes } from './subjects.ts'
import type { Level } from './words.ts'

export interface CheckedPolicies {
  /** Those without a problem. A list with a problem is never put in force in part: see `problems`. */
  readonly policies: readonly Policy[]
  readonly problems: readonly Problem[]
}

const maxPolicies = 500

/** Checks a list of policies in a file: every problem, each with its place. A single map stands for a list of one. */
export function checkPolicies(source: SourceText, list: YamlNode, level: Level): CheckedPolicies {
  const nodes = list.kind === 'list' ? list.items : [list]
  const problems: Problem[] = []
  const policies: Policy[] = []
  const names = new Set<string>()
  const schemas = policySchemas()
  if (nodes.length > maxPolicies) return { policies, problems: [at(source, list, 'limit', `there are ${nodes.length} policies; at most ${maxPolicies} can stand in one list`)] }
  for (const node of nodes) {
    const checked = checkPolicy({ source, node, level, schemas })
    problems.push(...checked.problems)
    const name = textOf(entryOf(node, 'name')?.value)
    if (name !== undefined && names.has(name)) problems.push(at(source, entryOf(node, 'name')?.value, 'duplicate-key', `there are two policies named ${quote(name)} in this list`))
    if (name !== undefined) names.add(name)
    if (checked.policy !== undefined) policies.push(checked.policy)
  }
  return { policies, problems: sortProblems(problems) }
}

function checkPolicy({ source, node, level, schemas }: { source: SourceText; node: YamlNode; level: Level; schemas: PolicySchemas }): { policy?: Policy; problems: readonly Problem[] } {
  if (node.kind === 'unreadable') return { problems: [] }
  if (node.kind !== 'map') return { problems: [at(source, node, 'type', 'a policy must be a map with name, type and action')] }
  const later = laterWords(node)
  if (later.length > 0) return { problems: later.map(({ path, word }) => at(source, nodeAt(node, path), 'unavailable', `${quote(word)} is not available yet`, 'remove the policy, or say it with other words')) }
  const type = typeOf(source, node)
  if (typeof type !== 'string') return { problems: [type] }
  const { value, problems } = validateYaml(source, withType(node, type), schemas(type), vocabulary)
  if (value === undefined) return { problems }
  const more = [...checkLevel(source, node, value, level), ...checkPatterns(source, node, value)]
  return more.length > 0 ? { problems: more } : { policy: value, problems: [] }
}

/** The policy's type, or what is wrong with it. */
function typeOf(source: SourceText, node: YamlNode): PolicyType | Problem {
  const entry = entryOf(node, 'type')
  if (entry === undefined) return at(source, node, 'missing-key', 'a policy needs "type"', `one of ${policyTypes.join(', ')}`)
  const word = textOf(entry.value)
  if (word === undefined) return at(source, entry.value, 'type', 'type must be text', `one of ${policyTypes.join(', ')}`)
  const type = policyTypeOf(word)
  return type ?? at(source, entry.value, 'value', `there is no policy type ${quote(word)}`, suggestion(word, policyTypes, typeSynonyms) ?? `types: ${policyTypes.join(', ')}`)
}

function withType(node: YamlNode, type: PolicyType): YamlNode {
  if (node.kind !== 'map') return node
  return { ...node, entries: node.entries.map((entry) => (entry.key === 'type' && entry.value.kind === 'text' ? { ...entry, value: { ...entry.value, value: type } } : entry)) }
}

function checkLevel(source: SourceText, node: YamlNode, policy: Policy, level: Level): Problem[] {
  if (policy.name.startsWith(shippedPrefix)) return [at(source, entryOf(node, 'name')?.value, 'value', `names that begin with ${quote(shippedPrefix)} are those of the shipped policies`, 'choose another name')]
  if (policy.lock === true && level !== 'server') return [at(source, entryOf(node, 'lock')?.value, 'value', `lock stands in the server's policies only, not in those of ${level === 'agent' ? 'an agent' : 'a session'}`)]
  return []
}

const typeSynonyms: Readonly<Record<string, string>> = {
  budget: 'cost', money: 'cost', spend: 'cost', limit: 'rate', throttle: 'rate', command: 'exec', bash: 'exec', path: 'file', files: 'file', http: 'network', net: 'network', egress: 'network', mcp: 'tool', models: 'model', agent: 'spawn', schedule: 'time',
}

const vocabulary: Vocabulary = {
  rootName: 'the policy',
  synonyms: {
    id: 'name', title: 'name', verdict: 'action', effect: 'action', when: 'match', if: 'match', where: 'match', except: 'unless', but_not: 'unless', reason: 'message', description: 'message',
    limit: 'value', max: 'value', threshold: 'value', operator: 'op', window: 'per', block: 'deny', forbid: 'deny', reject: 'deny', permit: 'allow', confirm: 'ask', approve: 'ask', prompt: 'ask', notify: 'warn',
    cmd: 'argv', command: 'argv', domain: 'host', hostname: 'host', branch: 'ref', action: 'verb', paths: 'path', file: 'path', created: 'created_by_agent', since_agent: 'created_by_agent',
  },
}
