import { compilePolicies } from '../../policy/compile-policies.ts'
import { coverageOf, coverageText, type EnforcementPlace, planesOf } from '../../policy/coverage.ts'
import { readPolicies } from '../../policy/policy-fold.ts'
import { AppError } from '../../spec/app-error.ts'
import type { AgentSpec } from '../../spec/agent/agent-spec.ts'
import { defaultProfile, type ProfileName } from '../../spec/agent/words.ts'
import { defaultOf } from '../../spec/config/sandbox-settings.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { readUserConfig } from '../user-settings.ts'

/** Where each policy of an agent would be kept on the harness that it runs on, in its order. */
export async function policyPlanes(config: Pick<Config, 'home' | 'color'>, agent: Pick<AgentSpec, 'harness' | 'policies' | 'sandbox'>): Promise<{ readonly harness: string; readonly texts: readonly string[] }> {
  if (agent.policies.length === 0) return { harness: '', texts: [] }
  const harness = agent.harness[0] ?? (await readUserConfig(config)).default_harness ?? 'scripted'
  const place = await placeOf(config, harness, agent.sandbox.profile)
  return { harness, texts: compilePolicies('agent', readPolicies(agent.policies)).rules.map((rule) => coverageText(coverageOf(rule, place))) }
}

/** What can be enforced with a harness (without one: one that asks about every call) in a sandbox, by default that of the configuration. @throws {AppError} 'not_found' */
export async function placeOf(config: Pick<Config, 'home' | 'color'>, harness: string | undefined, profile?: ProfileName): Promise<EnforcementPlace> {
  const { acp, sandbox } = await readUserConfig(config)
  const planes = planesOf(true, (profile ?? defaultOf(sandbox) ?? defaultProfile) === 'off' ? 'off' : 'walled')
  if (harness === undefined) return { gate: 'every-call', planes }
  const adapters = createAdapterSet(acp)
  const adapter = adapters.find(({ id, aliases = [] }) => id === harness || aliases.includes(harness))
  if (adapter === undefined) throw new AppError('not_found', `There is no harness ${harness}. Here are: ${adapters.map(({ id }) => id).join(', ')}.`)
  return { gate: adapter.capabilities.gate, planes }
}
