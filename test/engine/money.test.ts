import { expect, it } from 'vitest'
import { readEvent } from '../../src/spec/events/session-event.ts'
import type { Usage } from '../../src/spec/events/usage.ts'
import { type EngineWorld, engineWorld } from '../support/engine-world.ts'

const prices = (input = 1_000_000) => ({
  table: { version: '2026-01-02', models: { 'm-1': { input, output: 2_000_000, cacheRead: 100_000 } } },
  overrides: { 'own-*': { input: 10_000_000, output: 0 } },
})

async function running(given = prices()) {
  const world = await engineWorld({ prices: given })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  const step = (id: string, usage: Usage | undefined, more: object = {}) => world.fact(session, turn, { type: 'step.ended', step: id, ...(usage === undefined ? {} : { usage }), ...more })
  return { world, session, turn, step }
}

const settled = async (world: EngineWorld, session: string) => (await world.log(session)).map(readEvent).flatMap((event) => (event.type === 'money.settled' ? [event.data] : []))

it('prices a call by the table, with its version, and by the user’s own price where there is one', async () => {
  const { world, session, step } = await running()
  await step('s1', { input: 100, output: 10, cacheRead: 5 }, { model: 'm-1-20250929' })
  await step('s2', { input: 100, output: 10 }, { model: 'own-model', billing: 'metered' })
  expect(await settled(world, session)).toMatchObject([
    { step: 's1', harness: 'scripted', model: 'm-1-20250929', microUsd: 121, pricedBy: 'table', priceTable: '2026-01-02', source: 'reported' },
    { step: 's2', microUsd: 1_000, pricedBy: 'override', billing: 'metered' },
  ])
  expect(await world.view(session)).toMatchObject({ money: { microUsd: 1_121, planMicroUsd: 0, unpriced: 0, pricedBy: 'mixed' }, usage: { input: 200, output: 20, cacheRead: 5, cacheWrite: 0 } })
})

it('settles a call without a known price at null, and counts it apart', async () => {
  const { world, session, step } = await running()
  await step('s1', { input: 100, output: 10 }, { model: 'm-1-mini' })
  await step('s2', { input: 100, output: 10 })
  const calls = await settled(world, session)
  expect(calls).toMatchObject([{ microUsd: null, model: 'm-1-mini' }, { microUsd: null }])
  for (const call of calls) expect(call).not.toHaveProperty('pricedBy')
  expect((await world.view(session)).money).toMatchObject({ microUsd: 0, unpriced: 2, pricedBy: 'none' })
})

it('takes the session’s model for a call whose program names none', async () => {
  const { world, session, turn, step } = await running()
  await world.fact(session, turn, { type: 'harness.ready', harness: 'scripted', version: '1', model: 'm-1' })
  await step('s1', { input: 100, output: 0 })
  expect(await settled(world, session)).toMatchObject([{ model: 'm-1', microUsd: 100 }])
})

it('believes the program’s own word over every table', async () => {
  const { world, session, step } = await running()
  await step('s1', { input: 100, output: 10, reportedMicroUsd: 7 }, { model: 'm-1' })
  expect(await settled(world, session)).toMatchObject([{ microUsd: 7, pricedBy: 'harness' }])
})

it('prices each call at once where the program tells only at the end, and settles the rest then', async () => {
  const { world, session, turn, step } = await running()
  await step('s1', { input: 100, output: 0 }, { model: 'm-1' })
  await step('s2', { input: 100, output: 0 }, { model: 'm-1' })
  await step('s3', { input: 100, output: 0, reportedSinceMicroUsd: 350 }, { model: 'm-1' })
  await step('s4', { input: 100, output: 0, reportedSinceMicroUsd: 40 }, { model: 'm-1' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  expect((await settled(world, session)).map((call) => call.microUsd)).toEqual([100, 100, 150, 40])
  // The next turn owes nothing to this one, whose program may have died before its word.
  await world.command(session, { type: 'turn.start', text: 'more' })
  const next = await world.host.order('turn.run', (order) => order.turn !== turn)
  await world.fact(session, next.turn, { type: 'step.ended', step: 's5', model: 'm-1', usage: { input: 100, output: 0, reportedSinceMicroUsd: 90 } })
  expect((await settled(world, session)).at(-1)).toMatchObject({ microUsd: 90 })
})

it('settles a step once: told again, told after its turn, told after a restart, it changes no money', async () => {
  const { world, session, turn, step } = await running()
  const usage = { input: 100, output: 0 }
  await step('s1', usage, { model: 'm-1' })
  await step('s1', { input: 999, output: 999 }, { model: 'm-1' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  await step('s1', usage, { model: 'm-1' })
  await step('s2', usage, { model: 'm-1' })
  await world.restart()
  world.connect()
  await step('s1', usage, { model: 'm-1' })
  await step('s2', usage, { model: 'm-1' })
  expect(await settled(world, session)).toMatchObject([{ step: 's1', microUsd: 100 }, { step: 's2', microUsd: 100 }])
  expect((await world.view(session)).money.microUsd).toBe(200)
})

it('keeps what a subscription covers apart from money', async () => {
  const { world, session, step } = await running()
  await step('s1', { input: 100, output: 0 }, { model: 'm-1', billing: 'plan' })
  await step('s2', { input: 50, output: 0 }, { model: 'm-1' })
  expect((await world.view(session)).money).toMatchObject({ microUsd: 50, planMicroUsd: 100 })
  expect((await world.store.index.row(session))).toMatchObject({ microUsd: 50, planMicroUsd: 100, unpriced: 0, usage: { input: 150 } })
})

it('settles nothing for a step that says no usage', async () => {
  const { world, session, step } = await running()
  await step('s1', undefined, { model: 'm-1' })
  expect(await settled(world, session)).toEqual([])
})

it('leaves a price of the past as it was when the table changes', async () => {
  const changing = { ...prices() }
  const { world, session, step } = await running(changing)
  await step('s1', { input: 100, output: 0 }, { model: 'm-1' })
  changing.table = prices(9_000_000).table
  await world.restart()
  world.connect()
  await step('s2', { input: 100, output: 0 }, { model: 'm-1' })
  expect((await settled(world, session)).map((call) => call.microUsd)).toEqual([100, 900])
})
