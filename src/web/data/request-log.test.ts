import { expect, it } from 'vitest'
import { type Envelope, genesis } from '../../spec/events/envelope.ts'
import { type EventData, type EventType, readEvent } from '../../spec/events/session-event.ts'
import { addToRequestLog, emptyRequestLog, maxRequests } from './request-log.ts'

let seq = 0
function event<Type extends EventType>(type: Type, data: EventData<Type>) {
  seq += 1
  const stored: Envelope = { tree: 's', seq, session: 's', turn: 't', at: seq * 1_000, type, v: 1, by: { kind: 'user', id: 'local' }, cause: 'c', data, prev: genesis, hash: genesis }
  return readEvent(stored)
}
const place = (host: string, method = 'GET') => ({ scheme: 'https', host, port: 443, method, path: '/x' })
const decided = (request: string, host: string, more: Partial<EventData<'net.decided'>> = {}) => event('net.decided', { request, ...place(host), verdict: 'allowed', by: 'table', ...more })
const proposed = (call: string, host: string, method: string) => event('tool.proposed', { call, gates: 'net', request: call, tool: 'network', title: `${method} https://${host}/x`, input: { text: '{}' }, actions: [{ kind: 'net.request', ...place(host, method), outbound: true }], gated: true })
const rule = (verdict: 'ask' | 'deny') => ({ rule: 'server/writes', verdict, message: 'It writes.' })
const policyDecided = (call: string, verdict: 'allow' | 'ask' | 'deny') => event('policy.decided', { call, verdict, rules: verdict === 'allow' ? [] : [rule(verdict)], digest: 'd', policyHash: 'h', inputs: {} })

it('follows a request from the question to the answer, and to the secret that went with it', () => {
  const asked = addToRequestLog(emptyRequestLog, [proposed('r1', 'forge.test', 'POST'), policyDecided('r1', 'ask'), event('approval.requested', { approval: 'a1', call: 'r1', digest: 'd', title: 't', rules: [] })])
  expect(asked.requests).toMatchObject([{ request: 'r1', host: 'forge.test', method: 'POST', verdict: 'asking', rules: [rule('ask')], approval: 'a1' }])
  const answered = addToRequestLog(asked, [
    event('approval.answered', { approval: 'a1', answer: 'allow' }), event('tool.completed', { call: 'r1', outcome: 'ok', output: { text: '' } }),
    decided('r1', 'forge.test', { by: 'policy', call: 'r1', secrets: ['github'] }), event('secret.used', { secret: 'github', form: 'bearer', request: 'r1', host: 'forge.test', method: 'POST', path: '/x' }),
  ])
  expect(answered.requests).toMatchObject([{ verdict: 'allowed', answer: 'allow', answeredBy: 'local', secrets: ['github'], rules: [rule('ask')] }])
  expect([...answered.hosts]).toMatchObject([['forge.test', { allowed: 1, denied: 0 }]])
})

it('says of a request that was given up that it was', () => {
  const { requests } = addToRequestLog(emptyRequestLog, [proposed('r1', 'a.test', 'POST'), event('tool.completed', { call: 'r1', outcome: 'interrupted', output: { text: '' } })])
  expect(requests).toMatchObject([{ verdict: 'withdrawn' }])
})

it('takes an alert and the refusal that follows for one request, and counts it once', () => {
  const { requests, hosts } = addToRequestLog(emptyRequestLog, [
    decided('g1', 'evil.test', { verdict: 'denied', by: 'gateway', rule: 'gateway/placeholder', alert: 'placeholder', secrets: ['github'] }), decided('g1', 'evil.test', { verdict: 'denied', by: 'gateway', rule: 'gateway/placeholder' }),
  ])
  expect(requests).toMatchObject([{ request: 'g1', isAlert: true, verdict: 'denied', secrets: ['github'], rules: [{ rule: 'gateway/placeholder', verdict: 'deny' }] }])
  expect(hosts.get('evil.test')).toMatchObject({ allowed: 0, denied: 1, alerts: 1 })
})

it('adds what gateways decided alone to the sums of their hosts', () => {
  const { requests, hosts } = addToRequestLog(emptyRequestLog, [decided('g1', 'docs.test'), event('net.summary', { host: 'docs.test', from: 1, until: 2, allowed: 40, denied: 2 })])
  expect(requests).toHaveLength(1)
  expect(hosts.get('docs.test')).toMatchObject({ allowed: 41, denied: 2 })
})

it('knows calls of tools from requests', () => {
  const log = addToRequestLog(emptyRequestLog, [
    event('tool.proposed', { call: 'c1', tool: 'fetch', title: 'fetch', input: { text: '{}' }, actions: [{ kind: 'net.request', host: 'a.test', outbound: true }], gated: true }), policyDecided('c1', 'deny'),
  ])
  expect(log).toEqual(emptyRequestLog)
})

it('keeps the newest, however many there are, and the sums of all', () => {
  let log = emptyRequestLog
  for (let page = 0; page < 3; page += 1) log = addToRequestLog(log, Array.from({ length: 300 }, (_, n) => decided(`g${page}-${n}`, `h${page}-${n}.test`)))
  expect([log.requests.length, log.isCut, log.requests.at(-1)?.request, log.requests[0]?.request]).toEqual([maxRequests, true, 'g2-299', 'g1-100'])
  expect(log.hosts.size).toBeLessThanOrEqual(501)
  expect([...log.hosts.values()].reduce((sum, { allowed }) => sum + allowed, 0)).toBe(900)
})
