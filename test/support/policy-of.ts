import type { PolicySet } from '../../src/policy/decision.ts'

/** A policy set with one answer for everything. */
export function policyOf(verdict: 'allow' | 'ask' | 'deny', message = 'because the test says so'): PolicySet {
  return { hash: `test-${verdict}`, decide: () => ({ verdict, rules: [{ rule: `test/${verdict}`, verdict, message }], inputs: {} }) }
}
