import { compilePolicies } from '../../policy/compile-policies.ts'
import { type CaseResult, runCases } from '../../policy/run-cases.ts'
import { AppError } from '../../spec/app-error.ts'
import { loadPolicyCases } from '../../spec/policy/policy-cases.ts'
import type { Level } from '../../spec/policy/words.ts'
import { formatProblems } from '../../spec/yaml/format-problems.ts'
import type { Config } from '../config.ts'
import { inForce, readBaseline } from '../policy-desk.ts'
import { readPolicyFile, readText } from '../read-policy-file.ts'
import { readServerConfig } from '../user-settings.ts'
import { readLineActions } from '../../policy/shell/read-line-actions.ts'

/**
 * Runs a file of cases against a policy file, or without one against what this server has every session keep to.
 * @throws {AppError} 'not_found'; 'invalid' with every problem of a file, each with its place
 */
export async function testPolicies(config: Config, cases: string, { policies, level }: { policies?: string | undefined; level: Level }): Promise<readonly CaseResult[]> {
  const loaded = loadPolicyCases(cases, await readText(config, cases))
  if (!loaded.ok) throw new AppError('invalid', `${cases} can not be used:\n${formatProblems(loaded.problems, { color: config.color })}`, { details: loaded.problems })
  const list = policies === undefined ? inForce(await readServerConfig(config), await readBaseline()).list : compilePolicies(level, (await readPolicyFile(config, policies, level)).policies)
  return runCases(loaded.cases, list, readLineActions)
}
