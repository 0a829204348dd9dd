import { plainJson } from '../base/plain-json.ts'
import type { CompiledList } from '../policy/compile-policies.ts'
import type { SessionPolicies } from '../spec/api/policies.ts'
import { shippedPrefix } from '../spec/policy/policy-schema.ts'
import { describePolicy } from '../spec/policy/describe-policy.ts'
import { writePolicies } from '../spec/policy/policy-text.ts'
import type { TreeState } from './state/tree-state.ts'

/**
 * What a session has to keep to now.
 * @param server the server's policies as they are now: the log hears of a change with the next decision
 */
export function sessionPolicies({ policy }: Pick<TreeState, 'policy'>, session: string, server: CompiledList): SessionPolicies {
  const own = policy.inForce(session).filter(({ level }) => level !== 'server')
  return {
    lists: [...own, server].map(({ level, hash, rules }) => ({
      level, hash, policies: rules.map((rule) => ({ name: rule.policy.name, does: describePolicy(rule.policy), source: rule.policy.name.startsWith(shippedPrefix) && level === 'server' ? 'shipped' : level })),
    })),
    off: policy.off(session).map((each) => ({ name: each.name, does: describePolicy(each) })),
    text: writePolicies(policy.own(session)?.rules.map((rule) => rule.policy) ?? []),
    grants: policy.grants(session).map(({ id, ruleId, kind, pattern, scope }) => ({ grant: id, rule: ruleId, kind, pattern: plainJson(pattern), scope })),
  }
}
