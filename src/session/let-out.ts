import type { Action } from '../spec/actions.ts'
import type { EventData } from '../spec/events/session-event.ts'
import { byEngine } from './engine-author.ts'
import type { Transaction } from './transaction.ts'

type Decided = EventData<'net.decided'>

interface Request {
  readonly request: string
  /** The request itself first. */
  readonly actions: readonly Action[]
  /** The question that a person answered. */
  readonly call?: string
  readonly secrets?: readonly string[]
}

/** A request may leave the box: the host hears so when that is durable. */
export function letOut(tx: Transaction, session: string, { request, actions, call, secrets = [] }: Request, more: Pick<Decided, 'rules' | 'policyHash' | 'inputs'> = {}): void {
  tx.emit(session, 'net.decided', { request, ...placeOf(actions), verdict: 'allowed', by: 'policy', actions: [...actions], ...more, ...(call === undefined ? {} : { call }), ...(secrets.length === 0 ? {} : { secrets: [...secrets] }) }, byEngine)
  tx.order(session, { type: 'net.verdict', session, request, verdict: { type: 'allow', secrets: [...secrets] } })
}

/** It may not; whoever waits for it is told by the caller. */
export function netRefused(tx: Transaction, session: string, request: string, actions: readonly Action[]): void {
  tx.emit(session, 'net.decided', { request, ...placeOf(actions), verdict: 'denied', by: 'policy', actions: [...actions], call: request }, byEngine)
}

function placeOf(actions: readonly Action[]): Pick<Decided, 'scheme' | 'host' | 'port' | 'method' | 'path'> {
  const found = actions.find((action) => action.kind === 'net.request')
  const { scheme = '', host = '', port = 0, method = '', path = '' } = found ?? {}
  return { scheme, host, port, method, path }
}
