import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compilePolicies } from '../policy/compile-policies.ts'
import { readPolicies } from '../policy/policy-fold.ts'
import type { ServerPolicies } from '../policy/server-policies.ts'
import { AppError } from '../spec/app-error.ts'
import type { ServerConfig } from '../spec/config/server-config.ts'
import { loadPolicies } from '../spec/policy/load-policies.ts'
import { type Policy, shippedPrefix } from '../spec/policy/policy-schema.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import { createAdapterSet } from './adapter-set.ts'
import { packageRoot } from './version.ts'

/** What the file leaves to the harnesses to say. */
function harnessPaths(): Readonly<Record<string, readonly string[]>> {
  const adapters = createAdapterSet()
  const logins = adapters.flatMap(({ login }) => (login?.file === undefined ? [] : [`~/${login.file.folder}/${login.file.name}`]))
  return { '<logins of harnesses>': [...new Set(logins)], '<set-up files of harnesses>': [...new Set(adapters.flatMap(({ setUpFiles = [] }) => setUpFiles))] }
}

function withPaths(policy: Policy, paths: ReturnType<typeof harnessPaths>): Policy {
  const wanted = policy.match?.['path']
  if (policy.match === undefined || !Array.isArray(wanted)) return policy
  return { ...policy, match: Object.assign({}, policy.match, { path: wanted.flatMap((path: string) => paths[path] ?? [path]) }) }
}

/** The policies that are shipped, under names of their own: `server/baseline.push-asks`. */
export async function readBaseline(): Promise<readonly Policy[]> {
  const path = join(packageRoot, 'policies', 'baseline.yaml')
  const loaded = loadPolicies(path, await readFile(path), 'server')
  if (!loaded.ok) throw new AppError('invalid', `The shipped policies can not be used:\n${formatProblems(loaded.problems, { color: false })}`)
  const paths = harnessPaths()
  return loaded.policies.map((policy) => ({ ...withPaths(policy, paths), name: `${shippedPrefix}${policy.name}` }))
}

/** What the server has every session keep to: the shipped policies unless they are switched off, then those of its configuration. */
export function inForce(settings: Pick<ServerConfig, 'policies' | 'baseline' | 'host_sets'>, shipped: readonly Policy[]): ServerPolicies {
  return { list: compilePolicies('server', [...(settings.baseline ? shipped : []), ...readPolicies(settings.policies)]), hostSets: settings.host_sets }
}
