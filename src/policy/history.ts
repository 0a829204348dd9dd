import type { Action } from '../spec/actions.ts'
import type { Balance } from '../spec/money/money-sums.ts'
import type { MessageWord } from '../spec/policy/check-patterns.ts'
import type { scopes } from '../spec/policy/words.ts'
import type { Facts } from './facts.ts'
import type { Happening, Occasion } from './happening.ts'
import type { Truth } from './truth.ts'

/** The call that is decided, as far as one action of it goes. */
export interface Moment {
  readonly facts: Facts
  /** Actions of the same call that come before this one: they will have happened. */
  readonly before: readonly Facts[]
  /** All actions of the call. */
  readonly all: readonly Action[]
  /** The call is a request that a permit lets pass: the event that released the call which makes it, and whether this action was counted then. */
  readonly gate?: { readonly seq: number; readonly counted: boolean }
  readonly occasion: Omit<Occasion, 'seq'>
  /** What model calls of other trees and of this one came to, by scope; absent where nobody counts. */
  readonly ledger: Readonly<Partial<Record<'user' | 'server' | 'team', Balance>>>
}

/** What the past says about a rule. */
export interface Finding {
  readonly truth: Truth
  /** Numbers of the events that made it so. */
  readonly because?: readonly number[]
  /** What was measured: micro-dollars, tokens or a count. */
  readonly value?: number
  /** For the rule's message, made where it is said. */
  readonly words?: () => Partial<Record<MessageWord, string>>
  /** Nothing fires, but open reservations have to settle before this may go. */
  readonly wait?: boolean
}

/** A rule's memory: a fold over happenings. O(1) for each, whatever the log's length; the state is plain JSON and changed in place. */
export interface History<State> {
  start(): State
  advance(state: State, happening: Happening): void
  test(state: State, moment: Moment): Finding
}

export type Scope = (typeof scopes)[number]

/** Counted over trees: no log holds it. */
export const isWide = (scope: Scope): scope is 'user' | 'server' | 'team' => scope === 'user' || scope === 'server' || scope === 'team'

/** Under which key of a rule's state something is counted. */
export function scopeKey(scope: Scope, { actor, turn }: Pick<Occasion, 'actor' | 'turn'>): string {
  switch (scope) {
    case 'turn': return `turn ${actor.session} ${turn ?? ''}`
    case 'session': return `session ${actor.session}`
    case 'agent': return `agent ${actor.agent}`
    default: return 'tree'
  }
}

/** State kept by scope. */
export type ByScope<Value> = Record<string, Value>

/** What every state by scope does at the end of a turn, and where a session goes on from another's past. */
export function keepScopes<Value>(state: ByScope<Value>, happening: Happening): void {
  if (happening.type === 'turn-ended') delete state[scopeKey('turn', happening)]
  if (happening.type !== 'forked') return
  const past = state[`session ${happening.from}`]
  if (past !== undefined) state[`session ${happening.actor.session}`] = structuredClone(past)
}
