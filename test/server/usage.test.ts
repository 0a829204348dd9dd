import { expect, it } from 'vitest'
import { UsageReport } from '../../src/spec/api/usage.ts'
import { apiWorld } from '../support/api-world.ts'

async function spentWorld() {
  const world = await apiWorld()
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  const step = (id: string, model: string, more: object = {}) => world.fact(session, turn, { type: 'step.ended', step: id, model, usage: { input: 1_000, output: 100 }, ...more })
  await step('s1', 'claude-sonnet-5')
  await step('s2', 'claude-sonnet-5-20260630', { billing: 'plan' })
  await step('s3', 'nobody-knows-it')
  const usage = async (query = '') => UsageReport.parse(await (await world.ask('GET', `/v1/usage${query}`)).json())
  return { world, session, usage }
}

it('answers what calls used and cost at the shipped prices, by day unless it is asked otherwise', async () => {
  const { usage, session, world } = await spentWorld()
  // $2 and $10 a million: 1,000 tokens in and 100 out.
  expect(await usage()).toMatchObject({ by: 'day', total: { calls: 3, microUsd: 3_000, planMicroUsd: 3_000, unpriced: 1, input: 3_000, output: 300 }, groups: [{ key: new Date(world.clock.now()).toISOString().slice(0, 10), calls: 3 }] })
  expect((await usage('?by=model')).groups.map(({ key, unpriced }) => [key, unpriced])).toEqual([['claude-sonnet-5', 0], ['claude-sonnet-5-20260630', 0], ['nobody-knows-it', 1]])
  expect((await usage(`?by=session&tree=${session}`)).groups).toMatchObject([{ key: session, title: 'go', calls: 3 }])
  expect((await usage('?by=harness')).groups).toMatchObject([{ key: 'scripted' }])
  expect((await usage('?by=agent&limit=1')).groups).toMatchObject([{ key: 'hello' }])
})

it('agrees with the view and the list', async () => {
  const { world, session, usage } = await spentWorld()
  const { total } = await usage()
  expect((await world.view(session)).money).toMatchObject({ microUsd: total.microUsd, planMicroUsd: total.planMicroUsd, unpriced: total.unpriced })
  expect(await world.store.index.row(session)).toMatchObject({ microUsd: total.microUsd, planMicroUsd: total.planMicroUsd, unpriced: total.unpriced, usage: { input: total.input, output: total.output } })
})

it('keeps to the time span', async () => {
  const { world, usage } = await spentWorld()
  expect((await usage(`?from=${world.clock.now() + 1}`)).total.calls).toBe(0)
  expect((await usage(`?from=0&to=${world.clock.now() + 1}`)).total.calls).toBe(3)
})

it.each(['?by=week', '?from=yesterday', '?from=-1', '?from=5&to=4', '?time_zone=Mars/Olympus', '?limit=0', '?limit=9999', '?from=1e999'])('refuses %s', async (query) => {
  const world = await apiWorld()
  const response = await world.ask('GET', `/v1/usage${query}`)
  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'invalid' } }])
})
