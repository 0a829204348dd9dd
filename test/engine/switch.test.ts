import { expect, it } from 'vitest'
import type { SessionSetup } from '../../src/spec/ports/host-link.ts'
import { call, engineWorld, type EngineWorld } from '../support/engine-world.ts'

const told = ({ history = [] }: SessionSetup) => history.map(({ text }) => text).join('')

async function talk(world: EngineWorld, session: string, text: string, answer: string): Promise<SessionSetup> {
  world.host.forget()
  await world.command(session, { type: 'turn.start', text })
  const { turn, setup } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'harness.ready', harness: setup.harness, version: '1', resume: `token-${setup.harness}` })
  await world.fact(session, turn, { type: 'message', item: `m-${turn}`, text: answer, reasoning: 'why' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  return setup
}

async function switchTo(world: EngineWorld, session: string, harness: string, model?: string) {
  world.host.forget()
  await world.command(session, { type: 'harness.switch', harness, ...(model === undefined ? {} : { model }) })
  const order = await world.host.order('switch.run')
  await world.fact(session, undefined, { type: 'harness.ready', harness, version: '1', resume: `token-${harness}` })
  await world.fact(session, undefined, { type: 'switch.settled', switch: order.switch, outcome: 'ready', lost: order.lost })
  return order
}

it('gives the new program the conversation, and says what was lost', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  await talk(world, session, 'alpha', 'A')
  const { setup, lost } = await switchTo(world, session, 'other', 'large')
  expect(setup).toMatchObject({ harness: 'other', model: 'large' })
  expect(setup.resume).toBeUndefined()
  expect(told(setup)).toMatch(/alpha[^]*A/)
  expect(told(setup)).not.toContain('why')
  expect(lost).toEqual(['reasoning'])
  expect(await world.view(session)).toMatchObject({ harness: 'other', model: 'large' })
  expect((await world.view(session)).switching).toBeUndefined()
  expect(await talk(world, session, 'beta', 'B')).toMatchObject({ harness: 'other', model: 'large' })
})

it('tells a program that is switched back to only what it has not heard', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  await talk(world, session, 'alpha', 'A')
  await switchTo(world, session, 'other')
  await talk(world, session, 'beta', 'B')
  const { setup } = await switchTo(world, session, 'scripted')
  expect(setup.resume).toBe('token-scripted')
  expect(told(setup)).toMatch(/beta[^]*B/)
  expect(told(setup)).not.toContain('alpha')
  await talk(world, session, 'gamma', 'C')
  const back = await switchTo(world, session, 'other')
  expect(told(back.setup)).not.toContain('beta')
  expect(told(back.setup)).toMatch(/gamma[^]*C/)
})

it('lays long results down as files, whole', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('read it')
  const { turn } = await world.host.order('turn.run')
  const long = 'x'.repeat(300_000)
  await world.fact(session, turn, call('c1'))
  await world.fact(session, turn, { type: 'call.done', call: 'c1', outcome: 'ok', output: long })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const { setup, lost } = await switchTo(world, session, 'other')
  const files = (setup.history ?? []).filter((part) => 'file' in part)
  expect(files.map(({ text }) => text)).toEqual([long])
  expect(told(setup).length).toBeLessThan(304_000)
  expect(lost).toEqual([])
})

it('waits for the running turn, and the queue waits for the switch', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('first')
  const { turn } = await world.host.order('turn.run')
  await world.command(session, { type: 'harness.switch', harness: 'other' })
  await world.command(session, { type: 'turn.start', text: 'second' })
  expect((await world.view(session)).switching).toEqual({ harness: 'other' })
  expect(world.host.orders.some(({ type }) => type === 'switch.run')).toBe(false)
  world.host.forget()
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const order = await world.host.order('switch.run')
  expect(world.host.orders.some(({ type }) => type === 'turn.run')).toBe(false)
  await world.fact(session, undefined, { type: 'switch.settled', switch: order.switch, outcome: 'ready' })
  expect(await world.host.order('turn.run')).toMatchObject({ text: 'second', setup: { harness: 'other' } })
})

it('stays on the old program when the new one fails, says why, and goes on', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  await talk(world, session, 'alpha', 'A')
  await world.command(session, { type: 'harness.switch', harness: 'broken' })
  const order = await world.host.order('switch.run')
  await world.fact(session, undefined, { type: 'switch.settled', switch: order.switch, outcome: 'failed', reason: 'not found', advice: 'Install it.' })
  expect(await world.view(session)).toMatchObject({ harness: 'scripted' })
  const notices = (await world.store.sessions.items(session, { limit: 50 })).flatMap((item) => (item.kind === 'notice' ? [item.text] : []))
  expect(notices).toContain('The switch to broken failed: not found Install it.')
  expect(await talk(world, session, 'beta', 'B')).toMatchObject({ harness: 'scripted', resume: 'token-scripted' })
})

it('lets a later switch replace one that is not made, and refuses one that changes nothing', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('first')
  const { turn } = await world.host.order('turn.run')
  await expect(world.command(session, { type: 'harness.switch', harness: 'scripted' })).rejects.toMatchObject({ code: 'conflict' })
  await world.command(session, { type: 'harness.switch', harness: 'one' })
  await world.command(session, { type: 'harness.switch', harness: 'two' })
  await expect(world.command(session, { type: 'session.rewind', turn: null })).rejects.toMatchObject({ code: 'conflict' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const order = await world.host.order('switch.run')
  expect(order.setup.harness).toBe('two')
  await world.fact(session, undefined, { type: 'switch.settled', switch: 'an old one', outcome: 'ready' })
  expect((await world.view(session)).harness).toBe('scripted')
})

it('repeats an ordered switch after the server died', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  await talk(world, session, 'alpha', 'A')
  await world.command(session, { type: 'harness.switch', harness: 'other' })
  const first = await world.host.order('switch.run')
  await world.restart()
  world.connect()
  expect(await world.host.order('switch.run')).toEqual(first)
})
