import { own } from '../base/own.ts'
import { priceCall } from '../policy/money/price-call.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import { byEngine } from './engine-author.ts'
import type { OpenCall } from './state/tree-state.ts'
import type { Transaction } from './transaction.ts'

type Done = Omit<Extract<HostFact, { type: 'model.done' }>, 'type'>

/** A call is settled once, at the price of the moment; what never reached the model gives its money back. */
export function endModelCall(tx: Transaction, session: string, { call, usage, estimated, ...done }: Done, at: { readonly turn?: string }): void {
  const lane = tx.lane(session)
  if (tx.state.settled.has(`${session}/${call}`)) return
  const open = own(lane.reservations, call)
  const asked = own(lane.calls, call)
  if (asked?.gates === 'model') withdraw(tx, session, asked)
  if (usage === undefined) {
    if (open !== undefined) tx.emit(session, 'money.released', { reservation: call }, at)
    return
  }
  const [model, billing] = [done.model ?? open?.model, done.billing ?? open?.billing]
  tx.emit(session, 'money.settled', {
    step: call, harness: lane.harness, ...(model === undefined ? {} : { model }), usage, ...priceCall({ usage, model, settledSince: 0 }, tx.around.prices), source: 'metered',
    ...(billing === undefined ? {} : { billing }), ...(open === undefined ? {} : { reservation: call }), ...(estimated === true ? { estimated } : {}),
  }, at)
}

/** Whoever wanted it has given up before it was decided: nothing waits for an answer any more. */
export function withdraw(tx: Transaction, session: string, { call, approval }: OpenCall): void {
  if (approval !== undefined && own(tx.lane(session).asks, approval) !== undefined) tx.emit(session, 'approval.expired', { approval, reason: 'The program does not wait for it any more.' }, byEngine)
  tx.emit(session, 'tool.completed', { call, outcome: 'interrupted', output: { text: '' } }, byEngine)
}

/** The host died in the middle of calls: nobody will say what they used, so what was held back counts as spent. */
export function settleLost(tx: Transaction, host: { readonly id: string; readonly epoch: string }): void {
  for (const { session, reservations } of Object.values(tx.state.lanes)) {
    for (const [call, { money, host: of }] of Object.entries(reservations)) {
      if (of?.id === host.id && of.epoch !== host.epoch) endModelCall(tx, session, { call, usage: { input: money.input, output: money.output }, estimated: true }, {})
    }
  }
}
