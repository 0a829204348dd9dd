import type { Action } from '../spec/actions.ts'
import type { RuleVerdict, ToolOutcome } from '../spec/events/turn-data.ts'
import type { CountedMoney } from '../spec/money/money-sums.ts'
import type { Actor } from './facts.ts'

/** When and where something happened. */
export interface Occasion {
  readonly seq: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly actor: Actor
  readonly turn: string | undefined
}

/** What is held back for a model call until it is settled. */
export interface Reserved {
  readonly model: string
  readonly money: CountedMoney
}

/** What policies remember of a log: its events, reduced to what a rule may count or wait for. */
export type Happening = Occasion & (
  /** `request`: it is a request on the wire, and no call of the program. */
  | { readonly type: 'attempted' | 'executed'; readonly call: string; readonly actions: readonly Action[]; readonly request?: true }
  | { readonly type: 'result'; readonly call: string; readonly actions: readonly Action[]; readonly request?: true; readonly outcome: ToolOutcome; readonly exitCode: number | undefined }
  /** What was done and no call names: files that were seen to have changed, model calls. */
  | { readonly type: 'changed'; readonly actions: readonly Action[] }
  | { readonly type: 'settled'; readonly model: string | undefined; readonly money: CountedMoney }
  | Reserved & { readonly type: 'reserved' | 'freed' }
  | { readonly type: 'decided'; readonly rules: readonly RuleVerdict[] }
  /** A person said yes to a card on which these rules asked; `followed`: and what they said yes to was done. */
  | { readonly type: 'approved' | 'followed'; readonly rules: readonly RuleVerdict[] }
  | { readonly type: 'turn-ended' }
  /** This session goes on from another's past. */
  | { readonly type: 'forked'; readonly from: string }
)
export type HappeningOf<Type extends Happening['type']> = Extract<Happening, { type: Type }>
