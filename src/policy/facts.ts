import type { Action, ActionKind } from '../spec/actions.ts'
import type { SecretKind } from '../spec/policy/policy-schema.ts'

/** The session that acts. */
export interface Actor {
  readonly session: string
  readonly agent: string
  readonly harness: string
  /** 0: the root of the tree. */
  readonly depth: number
  /** Absolute paths, without symlinks. */
  readonly workspace: string
  readonly home: string
}

/** Planes of this session that block later and see for certain, so that a gate need not ask about what it cannot know. */
export interface Planes {
  /** Every byte that leaves passes the gateway. */
  readonly wire: boolean
  /** The kernel keeps protected paths. */
  readonly kernel: boolean
  /** Changed files are seen after the call, and put back when a rule says so. */
  readonly restore: boolean
}

/** Nothing blocks later: what cannot be told at the gate is asked there. */
export const noPlanes: Planes = { wire: false, kernel: false, restore: false }

/** Everything a condition may look at besides the history. */
export interface Facts {
  /** Files say whether they are the agent's own. */
  readonly action: Action
  /** The action may be one of this kind, which its line does not tell: every fact of its own is unknown. */
  readonly possibly?: ActionKind
  readonly actor: Actor
  /** Epoch milliseconds. */
  readonly now: number
  readonly planes: Planes
  /** Kinds of secrets that stand in what is sent; undefined when nobody looked. */
  readonly secrets: readonly SecretKind[] | undefined
  /** Named host sets of the server. */
  readonly hostSets: Readonly<Record<string, readonly string[]>>
}

/** An action with nothing around it but who acts and when. */
export const plainFacts = (action: Action, actor: Actor, now: number): Facts => ({ action, actor, now, planes: noPlanes, secrets: undefined, hostSets: {} })

export const kindOf = (facts: Facts): ActionKind => facts.possibly ?? facts.action.kind
