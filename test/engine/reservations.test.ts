import { expect, it } from 'vitest'
import { readEvent } from '../../src/spec/events/session-event.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { HostFact, ToHost } from '../../src/spec/ports/host-link.ts'
import { HandHost } from '../support/hand-host.ts'
import { engineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

// A dollar per token in, ten per token out.
const prices = { table: { version: '1', models: { m: { input: 1e12, output: 10e12 } } }, overrides: {} }
const cap: Policy = { name: 'cap', type: 'cost', op: 'ge', value: 100, count_reserved: true, unpriced: 'deny', action: 'deny' }

async function running(...policies: Policy[]) {
  const world = await engineWorld({ policies: serverPolicies(policies), prices })
  world.connect()
  const start = async () => {
    const session = await world.create('go')
    const { turn } = await world.host.order('turn.run', ({ setup }) => setup.session === session)
    const say = (fact: HostFact) => world.fact(session, turn, fact)
    return {
      session, turn, say,
      want: (call: string, input: number, more: object = {}) => say({ type: 'model.wanted', call, model: 'm', tokens: { input, output: 0 }, ...more }),
      done: (call: string, input: number | undefined, more: object = {}) => say({ type: 'model.done', call, ...(input === undefined ? {} : { usage: { input, output: 0 } }), ...more }),
      verdicts: () => world.host.orders.filter((order): order is Extract<ToHost, { type: 'model.verdict' }> => order.type === 'model.verdict' && order.session === session).map(({ call, verdict }) => `${call} ${verdict.type}`),
      money: async () => (await world.log(session)).map(readEvent).flatMap((event) => (event.type.startsWith('money.') ? [`${event.type} ${JSON.stringify(event.data)}`] : [])),
      view: () => world.view(session),
      answer: async (answer: 'allow' | 'deny') => {
        const [ask] = (await world.view(session)).asks
        await world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer })
      },
    }
  }
  return { world, start, ...(await start()) }
}

it('holds money back for a call, and settles it once by what was used', async () => {
  const { want, done, say, verdicts, money, view } = await running()
  await want('c1', 30)
  expect(verdicts()).toEqual(['c1 allow'])
  await done('c1', 20)
  await done('c1', 25)
  // The program says the same of the step: it is not counted twice.
  await say({ type: 'step.ended', step: 's1', model: 'm', usage: { input: 20, output: 0 } })
  expect(await money()).toEqual([
    'money.reserved {"harness":"scripted","microUsd":30000000,"model":"m","reservation":"c1","tokens":{"input":30,"output":0}}',
    'money.settled {"harness":"scripted","microUsd":20000000,"model":"m","priceTable":"1","pricedBy":"table","reservation":"c1","source":"metered","step":"c1","usage":{"input":20,"output":0}}',
  ])
  expect((await view()).money).toMatchObject({ microUsd: 20e6, source: 'metered' })
})

it('lets a call that may pass the limit wait for the others, and then run alone', async () => {
  const { want, done, verdicts, view } = await running(cap)
  await want('c1', 60)
  await want('c2', 60)
  await want('c3', 30)
  expect(verdicts()).toEqual(['c1 allow', 'c3 allow'])
  expect(await view()).toMatchObject({ waitingCalls: ['c2'] })
  await done('c1', 60)
  expect(verdicts()).toEqual(['c1 allow', 'c3 allow'])
  await done('c3', 30)
  expect(verdicts()).toEqual(['c1 allow', 'c3 allow', 'c2 allow'])
  expect((await view()).waitingCalls).toEqual([])
  await want('c4', 1)
  expect(verdicts()).toHaveLength(3)
  await done('c2', 60)
  expect(verdicts()).toEqual(['c1 allow', 'c3 allow', 'c2 allow', 'c4 deny'])
  expect((await view()).money.microUsd).toBe(150e6)
})

it('refuses only that call when the limit is reached, and says which', async () => {
  const { world, session, want, done, verdicts, view } = await running(cap)
  await want('c1', 100)
  await done('c1', 100)
  await want('c2', 1)
  expect(verdicts()).toEqual(['c1 allow', 'c2 deny'])
  const order = await world.host.order('model.verdict', ({ call }) => call === 'c2')
  expect(order.verdict).toEqual({ type: 'deny', reason: 'server/cap: $100.00 spent; the mark is $100.00' })
  expect(await view()).toMatchObject({ turn: { openCalls: 0 } })
  expect((await world.log(session)).map(readEvent).find((event) => event.type === 'tool.proposed')?.data).toMatchObject({ gates: 'model', title: 'a call to m from scripted' })
})

it('refuses a model without a price where the rule says so, and takes the price that it assumes', async () => {
  const { want, verdicts } = await running(cap)
  await want('c1', 1, { model: 'unknown' })
  expect(verdicts()).toEqual(['c1 deny'])
  const assuming = await running({ ...cap, unpriced: { assume: { in: 1e6, out: 0 } } })
  await assuming.want('c1', 60, { model: 'unknown' })
  await assuming.want('c2', 60, { model: 'unknown' })
  expect(assuming.verdicts()).toEqual(['c1 allow'])
  await assuming.done('c1', 40)
  expect(assuming.verdicts()).toEqual(['c1 allow', 'c2 allow'])
})

it('counts what a subscription covers only where the rule wants it', async () => {
  const plan = { billing: 'plan' }
  const { want, done, verdicts } = await running(cap)
  await want('c1', 90, plan)
  await done('c1', 90)
  await want('c2', 90, plan)
  await want('c3', 90, plan)
  expect(verdicts()).toEqual(['c1 allow', 'c2 allow', 'c3 allow'])
  const counting = await running({ ...cap, count_plan: true })
  await counting.want('c1', 90, plan)
  await counting.want('c2', 90, plan)
  expect(counting.verdicts()).toEqual(['c1 allow'])
})

it('holds back nothing for a call that waits for a person, and looks again when the person says yes', async () => {
  const ask: Policy = { name: 'pause', type: 'cost', every: 50, action: 'ask' }
  const { want, done, verdicts, view, money, answer } = await running(cap, ask)
  await want('c1', 50)
  await done('c1', 50)
  await want('c2', 40)
  expect((await view()).asks).toHaveLength(1)
  expect(await money()).toHaveLength(2)
  await answer('allow')
  expect(verdicts()).toEqual(['c1 allow', 'c2 allow'])
  await want('c3', 40)
  expect((await view()).waitingCalls).toEqual(['c3'])
  await done('c2', 50)
  expect(verdicts()).toEqual(['c1 allow', 'c2 allow', 'c3 deny'])
})

it('refuses the call that a person says no to, and the turn goes on', async () => {
  const { want, verdicts, view, answer } = await running({ name: 'each', type: 'model', match: { model: 'm' }, action: 'ask' }, { name: 'turns', type: 'model', match: { model: 'default' }, action: 'allow' })
  // The start of the turn, whose model nobody named, is not what the rule is about.
  await want('c1', 1)
  await answer('deny')
  expect(verdicts()).toEqual(['c1 deny'])
  expect((await view()).turn).toBeDefined()
  await want('c2', 1)
  await answer('allow')
  expect(verdicts()).toEqual(['c1 deny', 'c2 allow'])
})

it('gives the money back when a call never reached the model', async () => {
  const { want, done, verdicts, money } = await running(cap)
  await want('c1', 90)
  await want('c2', 90)
  await done('c1', undefined)
  expect(verdicts()).toEqual(['c1 allow', 'c2 allow'])
  expect((await money()).map((event) => event.split(' ')[0])).toEqual(['money.reserved', 'money.released', 'money.reserved'])
})

it('closes the card, and the wait, of a call that its program has given up', async () => {
  const { want, done, verdicts, view } = await running(cap, { name: 'pause', type: 'cost', every: 50, action: 'ask' })
  await want('c1', 50)
  await done('c1', 50)
  await want('c2', 40)
  expect((await view()).asks).toHaveLength(1)
  await done('c2', undefined)
  expect(await view()).toMatchObject({ asks: [], turn: { openCalls: 0 } })
  expect(verdicts()).toEqual(['c1 allow'])
  const waiting = await running(cap)
  await waiting.want('c1', 60)
  await waiting.want('c2', 60)
  await waiting.done('c2', undefined)
  await waiting.done('c1', 60)
  expect([waiting.verdicts(), (await waiting.view()).waitingCalls]).toEqual([['c1 allow'], []])
})

it('asks nobody about a side call, and lets none wait', async () => {
  const { want, verdicts, view } = await running({ name: 'each', type: 'model', match: { model: 'm' }, action: 'ask' })
  await want('c1', 1, { side: true })
  expect([verdicts(), (await view()).asks]).toEqual([['c1 deny'], []])
})

it('never makes a call twice under one id', async () => {
  const { want, done, verdicts } = await running()
  await want('c1', 1)
  await want('c1', 1)
  await done('c1', 1)
  await want('c1', 1)
  expect(verdicts()).toEqual(['c1 allow', 'c1 deny', 'c1 deny'])
})

it('goes on after a restart of the server: what is held back stays so, who waits waits, the host hears again', async () => {
  const { world, want, done, verdicts, view } = await running(cap)
  await want('c1', 60)
  await want('c2', 60)
  await world.restart()
  world.connect()
  await world.host.order('model.verdict')
  expect(verdicts()).toEqual(['c1 allow'])
  expect((await view()).waitingCalls).toEqual(['c2'])
  await done('c1', 10)
  expect(verdicts()).toEqual(['c1 allow', 'c2 allow'])
})

it('counts what was held back as spent when the machine died in the middle, and refuses who waited', async () => {
  const { world, session, want, money, view } = await running(cap)
  await want('c1', 60)
  await want('c2', 60)
  world.host.cut()
  const next = new HandHost('hst_1', 'epo_2')
  next.connect((link) => world.engine.acceptHost(link))
  await world.until(session, 'money.settled').catch(() => undefined)
  expect((await money()).at(-1)).toContain('"estimated":true')
  expect(await view()).toMatchObject({ waitingCalls: [], money: { microUsd: 60e6 } })
  expect((await view()).turn).toBeUndefined()
})

it('ends calls that wait with their turn', async () => {
  const { want, say, verdicts, view } = await running(cap)
  await want('c1', 60)
  await want('c2', 60)
  await say({ type: 'turn.settled', outcome: 'interrupted' })
  expect(verdicts()).toEqual(['c1 allow', 'c2 deny'])
  expect((await view()).waitingCalls).toEqual([])
})

it('holds a limit over all sessions of a person, who wait for each other', async () => {
  const { world, start, want, done, verdicts } = await running({ ...cap, scope: 'user' })
  const second = await start()
  await want('c1', 60)
  await second.want('d1', 60)
  expect([...verdicts(), ...second.verdicts()]).toEqual(['c1 allow'])
  await done('c1', 60)
  await world.host.order('model.verdict', ({ call }) => call === 'd1')
  await second.done('d1', 60)
  await want('c2', 1)
  expect(verdicts()).toEqual(['c1 allow', 'c2 deny'])
})

it('knows what other sessions spent after a restart, also of one that was removed', async () => {
  const { world, session, say, start, want, done } = await running({ ...cap, scope: 'user' })
  await want('c1', 70)
  await done('c1', 70)
  await say({ type: 'turn.settled', outcome: 'completed' })
  await world.engine.remove(session)
  const second = await start()
  await second.want('d1', 30)
  await second.done('d1', 30)
  await world.restart()
  world.connect()
  await second.want('d2', 1)
  // Coming back, the host may be told twice.
  expect(new Set(second.verdicts())).toEqual(new Set(['d2 deny']))
  const decided = (await world.log(second.session)).map(readEvent).findLast((event) => event.type === 'policy.decided')
  expect(decided?.data).toMatchObject({ inputs: { ledger: { user: { spent: { metered: { microUsd: 100e6 } } } } } })
})
