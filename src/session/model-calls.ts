import { own } from '../base/own.ts'
import { findPrice } from '../policy/money/find-price.ts'
import { reservationOf } from '../policy/money/reservation-of.ts'
import type { Prices } from '../spec/money/price-table.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import { decideCall, decideSafely, proposeCall, refuseCall } from './gate.ts'
import { type ModelAction, startModelCall, wantedAgain } from './start-model-call.ts'
import type { OpenCall, TreeState } from './state/tree-state.ts'
import type { Transaction } from './transaction.ts'

type Wanted = Omit<Extract<HostFact, { type: 'model.wanted' }>, 'type'>

/**
 * A model call, before it is made. Where nothing speaks against it, its money is held back and it goes, which is all that the log
 * has of it; else it is decided as a tool's call is: refused, asked about, or left to wait until others have settled.
 * @see design/policy.md, Semantics 9
 */
export function proposeModelCall(tx: Transaction, session: string, { call, model, tokens, billing, side }: Wanted): void {
  const lane = tx.lane(session)
  const refuse = (reason: string) => tx.order(session, { type: 'model.verdict', session, call, verdict: { type: 'deny', reason } })
  if (lane.turn?.stopping === true) return refuse('The turn is being stopped.')
  if (own(lane.calls, call) !== undefined || own(lane.reservations, call) !== undefined || tx.state.settled.has(`${session}/${call}`)) {
    return refuse(`The model call ${call} was made before.`)
  }
  const estCost = estimate(model, tokens, tx.around.prices)
  const action: ModelAction = { kind: 'model.call', model, harness: lane.harness, estTokens: tokens, ...(estCost === undefined ? {} : { estCost }), ...(billing === 'plan' ? { plan: true } : {}), outbound: true }
  const { verdict, wait } = decideSafely(tx, session, { tool: 'model', actions: [action] })
  if (verdict === 'allow' && !wait) return startModelCall(tx, session, call, action)
  if (side === true && (verdict === 'ask' || (wait && verdict !== 'deny'))) return refuse('Nobody is asked about a side call.')
  const input = { model, tokens }
  proposeCall(tx, session, { call, gates: 'model', tool: 'model', title: titleOf(action), input, storedInput: { text: JSON.stringify(input) }, actions: [action] })
}

/** Decides again about the calls that wait, oldest first: something was settled, given back, or the policies have changed. */
export function decideWaiting(tx: Transaction): void {
  for (const { session, calls } of Object.values(tx.state.lanes)) {
    for (const call of Object.values(calls)) {
      if (call.state !== 'waiting') continue
      if (tx.lane(session).turn === undefined) refuseCall(tx, session, call.call, 'The turn is over.')
      else if (!stillWaits(tx, session, call)) decideCall(tx, session, wantedAgain(call))
    }
  }
}

/** True when deciding would only say so once more. */
function stillWaits(tx: Transaction, session: string, call: OpenCall): boolean {
  const { verdict, rules, wait } = decideSafely(tx, session, { tool: call.tool, actions: call.actions ?? [] })
  return wait && verdict !== 'deny' && rules.every((rule) => rule.verdict !== 'ask' || call.approved?.rules.includes(rule.rule) === true)
}

export const hasWaiting = ({ lanes }: TreeState): boolean => Object.values(lanes).some(({ calls }) => Object.values(calls).some(({ state }) => state === 'waiting'))

/** The most it can cost, by the user's own price of the model, else by the table's. */
function estimate(model: string, { input, output }: Wanted['tokens'], { table, overrides }: Prices): number | undefined {
  return reservationOf({ inputTokens: input, maxOutput: output }, findPrice(overrides, model) ?? findPrice(table.models, model))
}

const titleOf = ({ model, harness = '' }: ModelAction): string => `a call to ${model} from ${harness}`
