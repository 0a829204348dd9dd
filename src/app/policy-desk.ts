import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compilePolicies } from '../policy/compile-policies.ts'
import { readPolicies } from '../policy/policy-fold.ts'
import type { ServerPolicies } from '../policy/server-policies.ts'
import { AppError } from '../spec/app-error.ts'
import type { ServerConfig } from '../spec/config/server-config.ts'
import { loadPolicies } from '../spec/policy/load-policies.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import { packageRoot } from './version.ts'

/** The policies that are shipped, under names of their own: `server/baseline.push-asks`. */
export async function readBaseline(): Promise<readonly Policy[]> {
  const path = join(packageRoot, 'policies', 'baseline.yaml')
  const loaded = loadPolicies(path, await readFile(path), 'server')
  if (!loaded.ok) throw new AppError('invalid', `The shipped policies can not be used:\n${formatProblems(loaded.problems, { color: false })}`)
  return loaded.policies.map((policy) => ({ ...policy, name: `baseline.${policy.name}` }))
}

/** What the server has every session keep to: the shipped policies unless they are switched off, then those of its configuration. */
export function inForce(settings: Pick<ServerConfig, 'policies' | 'baseline' | 'host_sets'>, shipped: readonly Policy[]): ServerPolicies {
  return { list: compilePolicies('server', [...(settings.baseline ? shipped : []), ...readPolicies(settings.policies)]), hostSets: settings.host_sets }
}
