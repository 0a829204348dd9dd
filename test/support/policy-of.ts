import { type CompiledList, compilePolicies, emptyList } from '../../src/policy/compile-policies.ts'
import type { ServerPolicies } from '../../src/policy/server-policies.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'

/** The server's policies with one answer for everything. */
export function policyOf(verdict: 'allow' | 'ask' | 'deny', message = 'because the test says so'): ServerPolicies {
  return verdict === 'allow' ? noPolicies : serverPolicies([{ name: `always-${verdict}`, type: 'tool', unless: { subject: 'model.call' }, action: verdict, message }])
}

export const noPolicies: ServerPolicies = { list: emptyList('server'), hostSets: {} }

export const serverPolicies = (policies: readonly Policy[]): ServerPolicies => ({ list: compilePolicies('server', policies), hostSets: {} })

/** Policies of which one fails as soon as it is asked about a command. */
export function brokenPolicies(): ServerPolicies {
  const { list } = serverPolicies([{ name: 'broken', type: 'exec', action: 'ask' }])
  const broken: CompiledList = { ...list, rules: list.rules.map((rule) => ({ ...rule, match: () => { throw new Error('boom') } })) }
  return { list: broken, hostSets: {} }
}
