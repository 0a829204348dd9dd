import type { Action } from '../spec/actions.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'

/** What is decided about one tool call. Verdicts form a lattice: `allow < warn < ask < deny`. */
export interface Decision {
  readonly verdict: RuleVerdict['verdict']
  readonly rules: readonly RuleVerdict[]
  /** Every fact used that is not in the tree's log; stored, so that a replay reads nothing else. */
  readonly inputs: Readonly<Record<string, string | number | boolean | null>>
}

export interface DecisionRequest {
  readonly session: string
  readonly tool: string
  readonly actions: readonly Action[]
}

/** A policy set. `decide` is pure: the same request at the same point of the log gives the same decision. */
export interface PolicySet {
  /** SHA-256 of the set; part of every digest, so an approval is void when the rules change. */
  readonly hash: string
  decide(request: DecisionRequest): Decision
}
