import type { Test } from '../policy/condition.ts'
import type { Policy } from '../policy/policy-schema.ts'
import type { SandboxSection } from './sandbox-section.ts'

type Network = NonNullable<SandboxSection['network']>
type NetworkRule = NonNullable<Network['rules']>[number]

/**
 * `sandbox.network` of an agent file is sugar: the policies of type `network` that it stands for, at the agent's level. Their names say
 * where they come from: `sandbox.network#default`, and by their place `sandbox.network#1`, `sandbox.network#2` …; no policy of a file can be
 * called so. `default: allow` is no policy: nothing of this level holds anything back then, and a policy that said so would also lift
 * the defaults of the agent's own list. A rule that asks also admits: what a person says yes to passes a default.
 */
export function expandNetwork({ default: otherwise, rules = [] }: Network = {}): Policy[] {
  const own: Policy[] = otherwise === undefined || otherwise === 'allow' ? [] : [{ name: 'sandbox.network#default', type: 'network', default: otherwise }]
  return [...rules.map((rule, index) => policyOf(rule, `sandbox.network#${index + 1}`)), ...own]
}

function policyOf(rule: NetworkRule, name: string): Policy {
  const { action, method, refs, use_secret: secret } = rule
  const match: Readonly<Record<string, Test>> = { ...placeOf(rule), ...(method === undefined ? {} : { method }) }
  return {
    name, type: 'network', match,
    ...(refs === undefined ? {} : { refs }), ...(secret === undefined ? {} : { use_secret: secret }),
    action, ...(action === 'ask' ? { admit: true } : {}),
  }
}

/** `host:8443` is a host and a port; an address of IPv6 has more colons than one. */
function placeOf(rule: NetworkRule): Readonly<Record<string, Test>> {
  if ('url' in rule) return { url: rule.url }
  const [, host, port] = /^([^:]+):(\d{1,5})$/.exec(rule.host) ?? []
  return host === undefined ? { host: rule.host } : { host, port: Number(port) }
}
