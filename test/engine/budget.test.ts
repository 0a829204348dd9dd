import { expect, it } from 'vitest'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import { call, engineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

const pause: Policy = { name: 'pause', type: 'cost', every: 100, action: 'ask', message: '{{spent}} spent so far. Continue to {{next}}?' }
const cap: Policy = { name: 'cap', type: 'cost', op: 'ge', value: 100, action: 'deny' }
const spent = (usd: number): HostFact => ({ type: 'step.ended', step: `s${usd}`, model: 'm', usage: { input: 1, output: 1, reportedMicroUsd: usd * 1e6 } })
const settled: HostFact = { type: 'turn.settled', outcome: 'completed' }

/** A session whose first turn of words alone has cost so much. */
async function after(usd: number, ...policies: Policy[]) {
  const world = await engineWorld({ policies: serverPolicies(policies) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, spent(usd))
  await world.fact(session, turn, settled)
  world.host.forget()
  const prompt = (text: string) => world.command(session, { type: 'turn.start', text })
  const orders = () => world.host.orders.filter((order) => order.type === 'turn.run')
  const answer = async (word: 'allow' | 'deny') => {
    const [ask] = (await world.view(session)).asks
    await world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: word })
  }
  return { world, session, prompt, orders, answer }
}

it('pauses a conversation of words alone, and goes on when a person says so', async () => {
  const { world, session, prompt, orders, answer } = await after(101, pause)
  await prompt('more')
  expect((await world.view(session)).asks).toMatchObject([{ rules: [{ rule: 'server/pause', message: '$101.00 spent so far. Continue to $200.00?' }] }])
  expect(orders()).toEqual([])
  await answer('allow')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, settled)
  world.host.forget()
  await prompt('and more')
  await world.host.order('turn.run')
  expect((await world.view(session)).asks).toEqual([])
})

it('ends the turn when a person says no, keeps what waits, and asks again at the next prompt', async () => {
  const { world, session, prompt, orders, answer } = await after(101, pause)
  await prompt('more')
  await prompt('waiting')
  await answer('deny')
  const view = await world.view(session)
  expect(view).toMatchObject({ queueHeld: true, lastOutcome: { outcome: 'failed', reason: 'A person said no.' }, queue: [{ text: 'waiting' }] })
  expect(orders()).toEqual([])
  await world.command(session, { type: 'queue.run' })
  expect((await world.view(session)).asks).toHaveLength(1)
})

it('starts nothing over a hard limit, and says which', async () => {
  const { world, session, prompt, orders } = await after(100, cap)
  await prompt('more')
  expect(await world.view(session)).toMatchObject({ lastOutcome: { outcome: 'failed', reason: 'server/cap: $100.00 spent; the mark is $100.00', advice: expect.stringContaining('Nothing was sent') } })
  expect((await world.view(session)).turn).toBeUndefined()
  expect(orders()).toEqual([])
})

it('is stopped while it waits, and survives a restart of the server while it waits', async () => {
  const { world, session, prompt, orders, answer } = await after(101, pause)
  await prompt('more')
  await world.command(session, { type: 'turn.interrupt' })
  expect(await world.view(session)).toMatchObject({ asks: [], lastOutcome: { outcome: 'interrupted' } })
  await prompt('again')
  await world.restart()
  world.connect()
  expect((await world.view(session)).asks).toHaveLength(1)
  expect(orders()).toEqual([])
  await answer('allow')
  await world.host.order('turn.run')
})

it('records nothing about starting where no policy speaks of it', async () => {
  const { world, session, prompt } = await after(99, pause)
  await prompt('more')
  await world.host.order('turn.run')
  expect(await world.types(session)).not.toContain('tool.proposed')
})

it('says that a turn with calls is held at its calls too', async () => {
  const { world, session, prompt } = await after(99, cap)
  await prompt('more')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, spent(1))
  await world.fact(session, turn, call('c1'))
  expect(await world.host.order('call.verdict')).toMatchObject({ verdict: { type: 'deny', reason: 'server/cap: $100.00 spent; the mark is $100.00' } })
})

it('warns once, where a person sees it', async () => {
  const { world, session, prompt } = await after(60, { name: 'budget-warn', type: 'cost', op: 'ge', value: 50, action: 'warn' })
  for (const text of ['more', 'and more']) {
    await prompt(text)
    const { turn } = await world.host.order('turn.run', (order) => order.text === text)
    await world.fact(session, turn, settled)
  }
  const notices = (await world.log(session)).flatMap((event) => (event.type === 'notice.given' ? [(event.data as { text: string }).text] : []))
  expect(notices).toEqual(['server/budget-warn: $60.00 spent; the mark is $50.00'])
})
