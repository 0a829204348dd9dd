import { expect, it } from 'vitest'
import { verifyChain } from '../../src/spec/log/verify-chain.ts'
import { call, engineWorld } from '../support/engine-world.ts'
import { HandHost } from '../support/hand-host.ts'

it('goes on with the same turn after the server died: the host repeats facts, the engine orders', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  const stored = await world.fact(session, turn, call('c1'))
  await world.restart()
  world.host.connect((link) => world.engine.acceptHost(link), [stored])
  expect(await world.host.order('turn.run')).toMatchObject({ turn })
  expect(await world.host.order('call.verdict')).toMatchObject({ call: 'c1', verdict: { type: 'allow' } })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  expect((await world.types(session)).filter((type) => type === 'tool.proposed')).toHaveLength(1)
  expect((await world.types(session)).filter((type) => type === 'turn.ended')).toHaveLength(1)
})

it('repeats a stop whose confirmation it has not seen', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.command(session, { type: 'turn.interrupt' })
  await world.restart()
  world.connect()
  expect(await world.host.order('turn.interrupt')).toMatchObject({ turn })
})

it('ends the turns of a host that restarted, after recording what it had left on disk', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  world.host.say({ type: 'delta', session, turn, item: 'm1', kind: 'text', offset: 0, text: 'half a sent' })
  world.host.cut()
  const ended = world.until(session, 'turn.ended')
  const next = new HandHost('hst_1', 'epo_2')
  next.connect((link) => world.engine.acceptHost(link), [
    { type: 'fact', epoch: 'epo_1', n: 2, tree: session, session, turn, fact: { type: 'call.done', call: 'c1', outcome: 'ok', output: 'done before the crash' } },
  ])
  await ended
  await world.command(session, { type: 'turn.start', text: 'again' })
  expect(await next.order('turn.run')).toMatchObject({ text: 'again' })
  const items = await world.store.sessions.items(session, { limit: 50 })
  expect(items.find((item) => item.kind === 'tool')).toMatchObject({ state: 'ok', output: { text: 'done before the crash' } })
  expect(items.find((item) => item.kind === 'message')).toMatchObject({ text: { text: 'half a sent' }, partial: true })
  expect(items.find((item) => item.kind === 'end')).toMatchObject({ outcome: 'failed', advice: expect.stringContaining('again') })
})

it('counts a released call without a result as unknown, and never orders it again', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  world.host.cut()
  const ended = world.until(session, 'turn.ended')
  const next = new HandHost('hst_1', 'epo_2')
  next.connect((link) => world.engine.acceptHost(link))
  await ended
  const items = await world.store.sessions.items(session, { limit: 50 })
  expect(items.find((item) => item.kind === 'tool')).toMatchObject({ state: 'unknown' })
  expect(next.orders.filter((order) => order.type === 'call.verdict' || order.type === 'turn.run')).toEqual([])
})

it('shows a link that stays down as waiting for the host, and comes back', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  await world.host.order('turn.run')
  world.host.cut()
  await new Promise(setImmediate)
  world.clock.advance(5_000)
  await world.command(session, { type: 'session.rename', title: 'down' })
  expect((await world.view(session)).host).toMatchObject({ attached: false })
  world.host.forget()
  world.connect()
  await world.host.order('turn.run')
  expect((await world.view(session)).host).toMatchObject({ attached: true })
})

it('ends a turn whose host a person declares lost', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  await world.host.order('turn.run')
  await expect(world.command(session, { type: 'host.declare-lost' })).rejects.toMatchObject({ code: 'conflict' })
  await world.restart()
  await world.command(session, { type: 'host.declare-lost' })
  expect(await world.view(session)).toMatchObject({ lastOutcome: { outcome: 'failed' } })
})

it('writes a log whose chain verifies from the first event to the last', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  await world.fact(session, turn, { type: 'call.done', call: 'c1', outcome: 'ok', output: 'lone \ud800 surrogate' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const log = await world.log(session)
  expect(verifyChain(log).problems).toEqual([])
  expect(log.map((event) => event.seq)).toEqual(log.map((_, index) => index + 1))
})
