import type { Action } from '../spec/actions.ts'
import type { EventData } from '../spec/events/session-event.ts'
import { byEngine } from './engine-author.ts'
import type { OpenCall } from './state/tree-state.ts'
import type { Transaction } from './transaction.ts'

/** A request may leave the box: the host hears so when that is durable. */
export function letOut(tx: Transaction, session: string, { call, actions = [], inject = [] }: OpenCall): void {
  tx.emit(session, 'net.decided', { request: call, ...placeOf(actions), verdict: 'allowed', by: 'policy', call, ...(inject.length === 0 ? {} : { secrets: [...inject] }) }, byEngine)
  tx.order(session, { type: 'net.verdict', session, request: call, verdict: { type: 'allow', secrets: [...inject] } })
}

/** It may not; whoever waits for it is told by the caller. */
export function netRefused(tx: Transaction, session: string, { call, actions = [] }: Pick<OpenCall, 'call' | 'actions'>): void {
  tx.emit(session, 'net.decided', { request: call, ...placeOf(actions), verdict: 'denied', by: 'policy', call }, byEngine)
}

function placeOf(actions: readonly Action[]): Pick<EventData<'net.decided'>, 'scheme' | 'host' | 'port' | 'method' | 'path'> {
  const found = actions.find((action) => action.kind === 'net.request')
  const { scheme = '', host = '', port = 0, method = '', path = '' } = found ?? {}
  return { scheme, host, port, method, path }
}
