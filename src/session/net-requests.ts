import { own } from '../base/own.ts'
import type { GatewayEvent } from '../spec/net/gateway-event.ts'
import type { NetRequest } from '../spec/net/net-request.ts'
import { authorityOf } from '../spec/net/usual-port.ts'
import { decisionInputs, proposeCall } from './gate.ts'
import { withdraw } from './settle-model-call.ts'
import type { Transaction } from './transaction.ts'

/** A request on its way out of the box, before a byte of it leaves: decided as a tool's call is, so let out, refused, or asked about. */
export function proposeNetRequest(tx: Transaction, session: string, request: NetRequest): void {
  const { id, method, scheme, path, gitPush } = request
  const lane = tx.lane(session)
  const refuse = (message: string) => tx.order(session, { type: 'net.verdict', session, request: id, verdict: { type: 'deny', rule: 'engine', message } })
  if (own(lane.calls, id) !== undefined) return refuse(`The request ${id} was made before.`)
  const { asked, secrets } = tx.state.policy.requested(request, decisionInputs(tx, session), lane.turn?.turn)
  const input = { method, url: `${scheme}://${authorityOf(request)}${path}`, ...(gitPush === undefined ? {} : { refs: gitPush.refs.map(({ ref }) => ref) }) }
  proposeCall(tx, session, { call: id, gates: 'net', tool: 'network', title: titleOf(request, input.url), input, storedInput: { text: JSON.stringify(input) }, actions: asked.actions, inject: secrets.map(({ secret }) => secret) })
}

function titleOf({ method, gitPush }: NetRequest, url: string): string {
  const refs = gitPush?.refs.map(({ ref, delete: deletes }) => `${deletes ? 'delete ' : ''}${ref.replace(/^refs\/heads\//, '')}`) ?? []
  return refs.length > 0 ? `git push ${refs.join(', ')} to ${url.replace(/\/git-receive-pack$/, '')}` : `${method} ${url}`
}

/** The program has given up. */
export function withdrawRequest(tx: Transaction, session: string, request: string): void {
  const asked = own(tx.lane(session).calls, request)
  if (asked?.gates === 'net') withdraw(tx, session, asked)
}

/** What the gateway decided without asking, and what it used. */
export function recordNetTold(tx: Transaction, session: string, event: GatewayEvent, at: { readonly turn?: string }): void {
  switch (event.type) {
    case 'decided': {
      const { id, ...place } = event.request
      return tx.emit(session, 'net.decided', { request: id, ...place, verdict: event.verdict === 'denied' ? 'denied' : 'allowed', by: event.by === 'table' ? 'table' : event.by === 'grant' ? 'kept' : 'gateway', ...(event.rule === undefined ? {} : { rule: event.rule }) }, at)
    }
    case 'summary': {
      const { host, from, until, allowed, denied } = event
      return tx.emit(session, 'net.summary', { host, from, until, allowed, denied }, at)
    }
    case 'secretUsed': {
      const { id, host, method, path } = event.request
      return tx.emit(session, 'secret.used', { secret: event.secret, form: event.form, request: id, host, method, path }, at)
    }
    case 'alert': {
      const { id, ...place } = event.request
      return tx.emit(session, 'net.decided', { request: id, ...place, verdict: 'denied', by: 'gateway', rule: 'gateway/placeholder', alert: 'placeholder', secrets: [event.secret] }, at)
    }
  }
}
