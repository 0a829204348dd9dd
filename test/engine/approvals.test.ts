import { expect, it } from 'vitest'
import type { EngineWorld } from '../support/engine-world.ts'
import { call, engineWorld } from '../support/engine-world.ts'
import { brokenPolicies, policyOf } from '../support/policy-of.ts'

async function asking(): Promise<{ world: EngineWorld; session: string; turn: string }> {
  const world = await engineWorld({ policies: policyOf('ask') })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  return { world, session, turn }
}
const askOf = async (world: EngineWorld, session: string) => {
  const [ask] = (await world.view(session)).asks
  if (ask === undefined) throw new Error('nothing is asked')
  return ask
}

it('releases at once what is allowed, durably before the program hears yes', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  world.host.fact({ session, turn }, call('c1'))
  expect(await world.host.order('call.verdict')).toMatchObject({ call: 'c1', verdict: { type: 'allow' } })
  expect(await world.types(session)).toEqual(expect.arrayContaining(['tool.proposed', 'policy.decided', 'tool.released']))
})

it('says no with the rule when a policy denies', async () => {
  const world = await engineWorld({ policies: policyOf('deny') })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  expect(await world.host.order('call.verdict')).toMatchObject({ verdict: { type: 'deny', reason: 'server/always-deny: because the test says so' } })
  expect(await world.types(session)).not.toContain('tool.released')
})

it('waits for a person, resumes exactly once, and refuses a second answer', async () => {
  const { world, session } = await asking()
  const ask = await askOf(world, session)
  expect(world.host.orders.filter((order) => order.type === 'call.verdict')).toEqual([])
  await world.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: 'allow' })
  expect(await world.host.order('call.verdict')).toMatchObject({ call: 'c1', verdict: { type: 'allow' } })
  await expect(world.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: 'deny' })).rejects.toMatchObject({ code: 'conflict' })
  expect((await world.types(session)).filter((type) => type === 'tool.released')).toHaveLength(1)
})

it('passes a person’s no on with the comment', async () => {
  const { world, session } = await asking()
  const ask = await askOf(world, session)
  await world.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: 'deny', comment: 'use rg' })
  expect(await world.host.order('call.verdict')).toMatchObject({ verdict: { type: 'deny', reason: 'A person said no: use rg' } })
})

it('refuses an answer to another card than the one that is open', async () => {
  const { world, session } = await asking()
  const ask = await askOf(world, session)
  await expect(world.command(session, { type: 'approval.answer', approval: ask.approval, digest: 'other', answer: 'allow' })).rejects.toMatchObject({ code: 'conflict' })
  expect((await world.view(session)).asks).toHaveLength(1)
})

it('never lets an agent approve', async () => {
  const { world, session } = await asking()
  const ask = await askOf(world, session)
  const answer = { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: 'allow' }
  await expect(world.command(session, answer, { kind: 'agent', id: 'hello' })).rejects.toMatchObject({ code: 'forbidden' })
  expect(await world.types(session)).not.toContain('tool.released')
})

it('closes the card when its turn ends', async () => {
  const { world, session, turn } = await asking()
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'interrupted' })
  expect((await world.view(session)).asks).toEqual([])
  expect(await world.types(session)).toEqual(expect.arrayContaining(['approval.expired', 'tool.completed', 'turn.ended']))
})

it('keeps the card over a restart of the server, and the answer reaches the host', async () => {
  const { world, session } = await asking()
  const ask = await askOf(world, session)
  await world.restart()
  await world.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: 'allow' })
  world.connect()
  expect(await world.host.order('call.verdict')).toMatchObject({ call: 'c1', verdict: { type: 'allow' } })
})

it('refuses when a policy throws', async () => {
  const world = await engineWorld({ policies: brokenPolicies() })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  expect(await world.host.order('call.verdict')).toMatchObject({ verdict: { type: 'deny', reason: expect.stringContaining('boom') } })
})

it('refuses calls of a turn that is being stopped', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.command(session, { type: 'turn.interrupt' })
  await world.fact(session, turn, call('c1'))
  expect(await world.host.order('call.verdict')).toMatchObject({ verdict: { type: 'deny', reason: 'The turn is being stopped.' } })
})

it('refuses a call id that is used twice instead of running the second under the first one’s approval', async () => {
  const { world, session, turn } = await asking()
  await world.fact(session, turn, call('c1', { input: { command: 'rm -rf /' } }))
  expect(await world.host.order('call.verdict')).toMatchObject({ verdict: { type: 'deny' } })
  expect((await world.types(session)).filter((type) => type === 'tool.proposed')).toHaveLength(1)
})
