import { type LoadedPolicies, loadPolicies } from '../spec/policy/load-policies.ts'
import type { Level } from '../spec/policy/words.ts'
import { brokenExamples } from './broken-examples.ts'

/** Reads a policy file, and tries what its policies say of themselves. @returns every problem, each with its place; then nothing of the file is used */
export async function tryPolicies(path: string, content: Uint8Array | string, level: Level): Promise<LoadedPolicies> {
  const loaded = loadPolicies(path, content, level)
  if (!loaded.ok) return loaded
  const problems = await brokenExamples({ path, content, level, policies: loaded.policies })
  return problems.length > 0 ? { ok: false, problems } : loaded
}
