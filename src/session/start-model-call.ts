import type { Action } from '../spec/actions.ts'
import type { WantedCall } from './gate.ts'
import type { OpenCall } from './state/tree-state.ts'
import type { Transaction } from './transaction.ts'

export type ModelAction = Extract<Action, { kind: 'model.call' }>

/** Holds its money back, and lets it go: the host hears so when that is durable. */
export function startModelCall(tx: Transaction, session: string, call: string, { model, harness, estCost, estTokens, plan }: ModelAction): void {
  tx.emit(session, 'money.reserved', {
    reservation: call, model, microUsd: estCost ?? null, ...(harness === undefined ? {} : { harness }), ...(estTokens === undefined ? {} : { tokens: estTokens }), ...(plan === true ? { billing: 'plan' } : {}),
  })
  tx.order(session, { type: 'model.verdict', session, call, verdict: { type: 'allow' } })
}

/** What was wanted, for deciding about it once more. */
export function wantedAgain(call: OpenCall): Omit<WantedCall, 'storedInput'> {
  const { model, estTokens } = modelActionOf(call)
  return { call: call.call, gates: 'model', tool: call.tool, title: call.title, input: { model, tokens: estTokens }, actions: call.actions ?? [] }
}

export function modelActionOf({ call, actions = [] }: OpenCall): ModelAction {
  const action = actions.find((each) => each.kind === 'model.call')
  if (action === undefined) throw new TypeError(`${call} is no model call`)
  return action
}
