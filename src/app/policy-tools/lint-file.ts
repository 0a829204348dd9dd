import { brokenExamples, policyNodes } from '../../policy/broken-examples.ts'
import { compilePolicies } from '../../policy/compile-policies.ts'
import { type LintWarning, lintPolicies } from '../../policy/lint/lint-policies.ts'
import { loadPolicies } from '../../spec/policy/load-policies.ts'
import type { Level } from '../../spec/policy/words.ts'
import type { Problem } from '../../spec/yaml/problem.ts'
import { problemAtNode } from '../../spec/yaml/problem-at-node.ts'
import { entryOf } from '../../spec/yaml/yaml-node.ts'
import type { Config } from '../config.ts'
import { readText } from '../read-policy-file.ts'
import { placeOf } from './policy-planes.ts'

export type LintResult =
  | { readonly ok: false; readonly problems: readonly Problem[] }
  | { readonly ok: true; readonly policies: number; readonly warnings: readonly LintWarning[]; readonly places: readonly Problem[] }

/** Every problem of a policy file; of one that loads, what it does not do. @throws {AppError} 'not_found' for the file or the harness. */
export async function lintFile(config: Pick<Config, 'cwd' | 'home' | 'color'>, file: string, { level, harness }: { level: Level; harness?: string | undefined }): Promise<LintResult> {
  const content = await readText(config, file)
  const loaded = loadPolicies(file, content, level)
  if (!loaded.ok) return loaded
  const broken = await brokenExamples({ path: file, content, level, policies: loaded.policies })
  if (broken.length > 0) return { ok: false, problems: broken }
  const warnings = lintPolicies(compilePolicies(level, loaded.policies).rules, await placeOf(config, harness))
  return { ok: true, policies: loaded.policies.length, warnings, places: placesOf(file, content, warnings) }
}

/** The warnings where the policies stand that they speak of. */
function placesOf(file: string, content: Uint8Array, warnings: readonly LintWarning[]): Problem[] {
  const { source, nodes } = policyNodes(file, content)
  if (source === undefined) return []
  return warnings.map(({ index, rule, message, advice }) => problemAtNode(source, entryOf(nodes[index], 'name')?.value ?? nodes[index], 'value', `${rule}: ${message}`, advice))
}
