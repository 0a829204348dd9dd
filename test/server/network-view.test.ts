import { expect, it } from 'vitest'
import { reindexTree } from '../../src/store/projection/project-log.ts'
import type { GatewayEvent, RequestFacts } from '../../src/spec/net/gateway-event.ts'
import type { NetRequest } from '../../src/spec/net/net-request.ts'
import { apiWorld } from '../support/api-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

/** What a session's view and transcript say of requests that leave its box. */
const policies = serverPolicies([
  { name: 'writes', type: 'network', match: { method: 'POST' }, action: 'ask', approval: { remember: 'session' } },
  { name: 'pastes', type: 'network', match: { host: 'paste.test' }, action: 'deny', message: 'Nothing is pasted.' },
  { name: 'forge', type: 'network', match: { host: 'forge.test' }, use_secret: 'github', action: 'allow' },
])

async function walledSession() {
  const world = await apiWorld({ policies })
  world.connect()
  const session = await world.create('Look around.')
  const { turn } = await world.host.order('turn.run')
  const fact = (told: Parameters<typeof world.fact>[2]) => world.fact(session, turn, told)
  await fact({ type: 'box.attested', profile: 'workspace', processes: 'namespace', advisory: false, notes: ['Walls of the kernel.'] })
  const facts = (id: string, host: string, method = 'GET'): RequestFacts => ({ id, scheme: 'https', host, port: 443, method, path: '/x' })
  const told = (event: { [Type in GatewayEvent['type']]: Omit<Extract<GatewayEvent, { type: Type }>, 'session'> }[GatewayEvent['type']]) =>
    // Proof: each member has `session` besides what is given.
    fact({ type: 'net.told', event: { ...event, session } as GatewayEvent })
  return {
    ...world, session, turn, fact, facts, told,
    wanted: (id: string, host: string, method?: string, more: Partial<NetRequest> = {}) => fact({ type: 'net.wanted', request: { ...facts(id, host, method), session, ...more } }),
    network: async () => (await world.view(session)).network,
    rows: async () => {
      const body: { items: { key: number; kind: string; call?: string; state?: string; level?: string; text?: string; inject?: string[] }[] } = await (await world.ask('GET', `/v1/sessions/${session}/items`)).json()
      return body.items
    },
  }
}

it('has a row for what was asked about and refused, and none for what policies let through at once', async () => {
  const { wanted, rows, network, session, host, command, view } = await walledSession()
  await wanted('r1', 'docs.test')
  await wanted('r2', 'paste.test')
  await wanted('r3', 'forge.test')
  await wanted('r4', 'api.test', 'POST')
  await host.order('net.verdict', ({ request }) => request === 'r3')
  const [ask] = (await view(session)).asks
  expect((await rows()).filter(({ kind }) => kind === 'tool')).toMatchObject([{ call: 'r2', state: 'denied', gates: 'net' }, { call: 'r4', state: 'asking', gates: 'net' }])
  expect(await network()).toEqual({ allowed: 2, denied: 1 })
  await command(session, { type: 'approval.answer', approval: ask?.approval, digest: ask?.digest, answer: 'allow' })
  expect((await rows()).filter(({ kind }) => kind === 'tool')).toMatchObject([{ call: 'r2' }, { call: 'r4', state: 'ok', approval: { answer: 'allow' } }])
  expect(await network()).toEqual({ allowed: 3, denied: 1 })
  expect((await view(session)).counts.calls).toBe(0)
  expect((await view(session)).turn).toMatchObject({ openCalls: 0 })
})

it('says which secret is put into a request that is asked about', async () => {
  const { wanted, rows } = await walledSession()
  await wanted('r1', 'forge.test', 'POST')
  expect((await rows()).filter(({ kind }) => kind === 'tool')).toMatchObject([{ call: 'r1', inject: ['github'] }])
})

it('counts what a gateway decides alone, tells a refusal once, and an alert aloud', async () => {
  const { told, facts, rows, network } = await walledSession()
  await told({ type: 'decided', request: facts('g1', 'docs.test'), verdict: 'allowed', by: 'table', rule: 'policies' })
  await told({ type: 'decided', request: facts('g2', '10.0.0.1'), verdict: 'denied', by: 'gateway', rule: 'gateway/private-address' })
  await told({ type: 'summary', host: 'docs.test', from: 1, until: 2, allowed: 40, denied: 2, revision: 1 })
  await told({ type: 'alert', kind: 'placeholder', request: facts('g3', 'evil.test'), secret: 'github' })
  await told({ type: 'decided', request: facts('g3', 'evil.test'), verdict: 'denied', by: 'gateway', rule: 'gateway/placeholder' })
  await told({ type: 'decided', request: facts('g4', 'api.test'), verdict: 'allowed', by: 'grant' })
  expect(await network()).toEqual({ allowed: 42, denied: 4, lastAlert: { at: expect.any(Number), host: 'evil.test', secret: 'github' } })
  expect((await rows()).filter(({ kind }) => kind === 'notice').map(({ level, text }) => [level, text])).toEqual([
    ['warning', 'Refused to leave the sandbox: GET https://10.0.0.1/x (gateway/private-address)'],
    ['alert', 'The stand-in for the secret github turned up where it does not belong: GET https://evil.test/x. The request was refused.'],
  ])
})

it('writes the same rows again from the log', async () => {
  const { wanted, told, facts, rows, session, store, host, fact } = await walledSession()
  for (const [id, at, method] of [['r1', 'docs.test', 'GET'], ['r2', 'paste.test', 'GET'], ['r3', 'api.test', 'POST'], ['r4', 'forge.test', 'GET']] as const) await wanted(id, at, method)
  await told({ type: 'alert', kind: 'placeholder', request: facts('g3', 'evil.test'), secret: 'github' })
  await fact({ type: 'net.withdrawn', request: 'r3' })
  await host.acknowledged()
  const before = await rows()
  expect(before.filter(({ kind }) => kind === 'tool').map(({ call, state }) => `${call} ${state}`)).toEqual(['r2 denied', 'r3 interrupted'])
  await store.sessions.reindex(session, { items: [], rows: [], rewound: [] })
  expect(await rows()).toEqual([])
  await reindexTree(store.sessions, session)
  expect(await rows()).toEqual(before)
})

it('begins to count anew in a fork', async () => {
  const { told, facts, fact, session, turn, ask, view, network } = await walledSession()
  await told({ type: 'decided', request: facts('g1', 'docs.test'), verdict: 'allowed', by: 'table' })
  await fact({ type: 'turn.settled', outcome: 'completed' })
  const made: { session: string } = await (await ask('POST', `/v1/sessions/${session}/fork`, { id: 'fork_1', turn })).json()
  expect(await network()).toEqual({ allowed: 1, denied: 0 })
  expect((await view(made.session)).network).toBeUndefined()
})
