import { expect, it } from 'vitest'
import { readEvent } from '../../src/spec/events/session-event.ts'
import type { NetRequest } from '../../src/spec/net/net-request.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { HostFact, ToHost } from '../../src/spec/ports/host-link.ts'
import { call, engineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

const writesAsk: Policy = { name: 'writes', type: 'network', match: { writes: true }, action: 'ask' }
const pushesAsk: Policy = { name: 'pushes', type: 'git', match: { verb: 'push' }, action: 'ask' }
const noEvil: Policy = { name: 'no-evil', type: 'network', match: { host: 'evil.test' }, action: 'deny', message: 'Not there.' }
const box: HostFact = { type: 'box.attested', profile: 'workspace', processes: 'namespace', advisory: false, notes: [], workspace: '/work' }

async function running(...policies: Policy[]) {
  const world = await engineWorld({ policies: serverPolicies(policies) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, box)
  const ofType = <Type extends ToHost['type']>(type: Type) => world.host.orders.filter((order): order is Extract<ToHost, { type: Type }> => order.type === type)
  return {
    world, session, turn, ofType,
    say: (fact: HostFact) => world.fact(session, turn, fact),
    want: (id: string, request: Partial<NetRequest> = {}) => world.fact(session, turn, { type: 'net.wanted', request: { session, id, scheme: 'https', host: 'api.test', port: 443, method: 'GET', path: '/', ...request } }),
    verdicts: () => ofType('net.verdict').map(({ request, verdict }) => `${request} ${verdict.type}${verdict.type === 'deny' ? `: ${verdict.message}` : ''}`),
    events: async (type: string) => (await world.log(session)).map(readEvent).filter((event) => event.type === type),
    asks: async () => (await world.view(session)).asks,
    async answer(answer: 'allow' | 'deny') {
      const [ask] = (await world.view(session)).asks
      await world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer })
    },
  }
}

it('lets out what no policy speaks against, refuses what one denies, and records both', async () => {
  const { want, verdicts, events } = await running(noEvil)
  await want('r1')
  await want('r2', { host: 'evil.test' })
  expect(verdicts()).toEqual(['r1 allow', 'r2 deny: server/no-evil: Not there.'])
  expect((await events('net.decided')).map(({ data }) => data)).toEqual([
    { request: 'r1', scheme: 'https', host: 'api.test', port: 443, method: 'GET', path: '/', verdict: 'allowed', by: 'policy', call: 'r1' },
    { request: 'r2', scheme: 'https', host: 'evil.test', port: 443, method: 'GET', path: '/', verdict: 'denied', by: 'policy', call: 'r2' },
  ])
})

it.each([['allow', 'r1 allow'], ['deny', 'r1 deny: A person said no.']] as const)('asks a person about a request, who says %s', async (answer, verdict) => {
  const world = await running(writesAsk)
  await world.want('r1', { method: 'POST', path: '/things' })
  expect((await world.asks()).map(({ title }) => title)).toEqual(['POST https://api.test/things'])
  expect(world.verdicts()).toEqual([])
  await world.answer(answer)
  expect(world.verdicts()).toEqual([verdict])
})

it('withdraws the question when the program has given up', async () => {
  const { want, say, asks, verdicts, events } = await running(writesAsk)
  await want('r1', { method: 'POST' })
  await say({ type: 'net.withdrawn', request: 'r1' })
  expect([await asks(), verdicts(), (await events('tool.completed')).map(({ data }) => data)]).toMatchObject([[], [], [{ call: 'r1', outcome: 'interrupted' }]])
})

it('does not ask again on the wire about a push that a person has said yes to as a command, once', async () => {
  const { world, session, turn, want, verdicts, answer, asks } = await running(pushesAsk)
  const push = { kind: 'git.push', repo: 'git.test/acme/app', ref: 'main', outbound: true } as const
  await world.fact(session, turn, { ...call('c1'), type: 'call.wanted', actions: [{ kind: 'exec', command: 'git push', argv: ['git', 'push'], outbound: 'unknown' }, push] })
  expect(await asks()).toHaveLength(1)
  await answer('allow')
  const wire = { host: 'git.test', method: 'POST', path: '/acme/app.git/git-receive-pack', gitPush: { repo: 'acme/app', refs: [{ ref: 'refs/heads/main', old: '1'.repeat(40), new: '2'.repeat(40), create: false, delete: false }] } } as const
  await want('r1', wire)
  expect([verdicts(), await asks()]).toEqual([['r1 allow'], []])
  await want('r2', wire)
  expect([verdicts(), (await asks()).map(({ title }) => title)]).toEqual([['r1 allow'], ['git push main to https://git.test/acme/app.git']])
})

it('says again what it said, when the host had not heard it', async () => {
  const { world, want, verdicts, ofType } = await running(noEvil)
  await want('r1')
  await want('r2', { host: 'evil.test' })
  world.host.cut()
  world.host.orders.splice(0)
  world.connect()
  await expect.poll(verdicts).toEqual(['r1 allow', 'r2 deny: server/no-evil: Not there.'])
  await expect.poll(() => ofType('net.table').length).toBeGreaterThan(0)
})

it('names what the gateway may decide alone, and anew when policies change, the server’s too', async () => {
  const { world, session, ofType } = await running(noEvil)
  const rowsOf = () => (ofType('net.table').at(-1)?.table.rules ?? []).map(({ host, action }) => `${host} ${action}`)
  expect(new Set(rowsOf().filter((row) => row.startsWith('evil')))).toEqual(new Set(['evil.test deny']))
  expect(rowsOf()).toContain('* allow')
  await world.command(session, { type: 'policy.add', text: 'name: all-ask\ntype: network\naction: ask\n' })
  expect(rowsOf()).not.toContain('* allow')
  world.policies = serverPolicies([])
  await world.command(session, { type: 'policy.remove', name: 'all-ask' })
  await world.engine.policiesChanged()
  expect(rowsOf().filter((row) => row.startsWith('evil'))).toEqual([])
})

it('records what the gateway decided alone, and which secrets it used', async () => {
  const { say, session, events } = await running()
  const request = { id: 'r9', scheme: 'https', host: 'api.test', port: 443, method: 'GET', path: '/x' } as const
  await say({ type: 'net.told', event: { type: 'decided', session, request, verdict: 'allowed', by: 'table', rule: 'server/reads' } })
  await say({ type: 'net.told', event: { type: 'summary', session, host: 'api.test', from: 1, until: 2, allowed: 7, denied: 0, revision: 3 } })
  await say({ type: 'net.told', event: { type: 'secretUsed', session, request, secret: 'github', form: 'bearer' } })
  await say({ type: 'net.told', event: { type: 'alert', session, kind: 'placeholder', request, secret: 'github' } })
  const told = [...await events('net.decided'), ...await events('net.summary'), ...await events('secret.used')].map(({ data }) => data)
  expect(told).toMatchObject([
    { request: 'r9', verdict: 'allowed', by: 'table', rule: 'server/reads' }, { verdict: 'denied', by: 'gateway', alert: 'placeholder', secrets: ['github'] },
    { host: 'api.test', allowed: 7, denied: 0 }, { secret: 'github', form: 'bearer', request: 'r9' },
  ])
})
