import type { PolicySet } from './decision.ts'

/** The only rule until the policy language lands: asks for nothing and denies nothing. The path around it is the real one. */
export const builtInPolicies: PolicySet = {
  hash: 'built-in-1',
  decide: () => ({ verdict: 'allow', rules: [{ rule: 'built-in/allow-all', verdict: 'allow' }], inputs: {} }),
}
