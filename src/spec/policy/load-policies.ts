import { decodeText } from '../yaml/decode-text.ts'
import { parseStrictYaml } from '../yaml/parse-strict-yaml.ts'
import { type Problem, problemAt, sortProblems } from '../yaml/problem.ts'
import { placeAt } from '../yaml/source-text.ts'
import { entryOf } from '../yaml/yaml-node.ts'
import { checkPolicies } from './check-policies.ts'
import type { Policy } from './policy-schema.ts'
import type { Level } from './words.ts'

export type LoadedPolicies = { readonly ok: true; readonly policies: readonly Policy[] } | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a policy file: a list of policies, one policy, or a map whose `policies` is the list.
 * @returns every problem, each with its place; then nothing of the file is used
 */
export function loadPolicies(path: string, content: Uint8Array | string, level: Level): LoadedPolicies {
  const decoded = decodeText(path, content)
  if (decoded.source === undefined) return { ok: false, problems: sortProblems(decoded.problems) }
  const { source } = decoded
  const parsed = parseStrictYaml(source, 'a policy file', ['map', 'list'])
  if (parsed.root === undefined) return { ok: false, problems: parsed.problems }
  const list = entryOf(parsed.root, 'policies')?.value ?? parsed.root
  const beside = list === parsed.root || parsed.root.kind !== 'map' ? [] : parsed.root.entries.filter(({ key }) => key !== 'policies')
    .map(({ key, keyRange }) => problemAt(placeAt(source, ...keyRange), 'unknown-key', `unknown key "${key}" beside policies`))
  const checked = checkPolicies(source, list, level)
  const problems = sortProblems([...parsed.problems, ...beside, ...checked.problems])
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policies: checked.policies }
}
