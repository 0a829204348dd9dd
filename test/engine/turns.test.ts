import { expect, it } from 'vitest'
import { call, engineWorld } from '../support/engine-world.ts'

it('runs a prompt on the attached host and ends the turn on the host’s word', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('hello')
  const run = await world.host.order('turn.run')
  expect(run).toMatchObject({ text: 'hello', setup: { session, harness: 'scripted', instructions: 'Be brief.', generation: 0 } })
  await world.fact(session, run.turn, { type: 'message', item: 'm1', text: 'hi' })
  await world.fact(session, run.turn, { type: 'turn.settled', outcome: 'completed' })
  expect(await world.types(session)).toEqual(['session.created', 'queue.added', 'host.attached', 'turn.started', 'message.completed', 'turn.ended'])
  expect(await world.view(session)).toMatchObject({ title: 'hello', lastOutcome: { outcome: 'completed' } })
})

it('keeps prompts in the queue until a host is there, then starts the first', async () => {
  const world = await engineWorld()
  const session = await world.create('first')
  expect((await world.engine.describe(session)).view.turn).toBeUndefined()
  world.connect()
  expect(await world.host.order('turn.run')).toMatchObject({ text: 'first' })
})

it('queues while a turn runs, and starts the next in the order people gave it', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const first = await world.host.order('turn.run')
  const two = await world.command(session, { type: 'turn.start', text: 'two' })
  const three = await world.command(session, { type: 'turn.start', text: 'three' })
  const four = await world.command(session, { type: 'turn.start', text: 'four' })
  expect(two.landing).toBe('queued')
  await world.command(session, { type: 'queue.move', prompt: three.prompt, before: two.prompt })
  await world.command(session, { type: 'queue.change', prompt: three.prompt, text: 'three, better' })
  await world.command(session, { type: 'queue.remove', prompt: four.prompt })
  expect((await world.view(session)).queue.map((entry) => entry.text)).toEqual(['three, better', 'two'])
  await world.fact(session, first.turn, { type: 'turn.settled', outcome: 'completed' })
  expect(await world.host.order('turn.run', (order) => order.turn !== first.turn)).toMatchObject({ text: 'three, better' })
})

it('holds the queue after a stop until a person lets it go on', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const { turn } = await world.host.order('turn.run')
  await world.command(session, { type: 'turn.start', text: 'two' })
  await world.command(session, { type: 'turn.interrupt' })
  expect(await world.host.order('turn.interrupt')).toMatchObject({ session, turn })
  expect((await world.view(session)).turn).toMatchObject({ stopping: true })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'interrupted' })
  expect(await world.view(session)).toMatchObject({ queueHeld: true, lastOutcome: { outcome: 'interrupted' } })
  await world.command(session, { type: 'queue.run' })
  expect(await world.host.order('turn.run', (order) => order.turn !== turn)).toMatchObject({ text: 'two' })
})

it('answers a repeated command id with its first result and does it once', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  const command = { id: 'same', type: 'turn.start', text: 'once' }
  const [first, second] = await Promise.all([world.command(session, command), world.command(session, command)])
  expect(second).toEqual(first)
  expect((await world.types(session)).filter((type) => type === 'turn.started')).toHaveLength(1)
})

it('steers the running turn where the harness can', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const { turn } = await world.host.order('turn.run')
  expect(await world.command(session, { type: 'turn.steer', text: 'left' })).toMatchObject({ landing: 'turn', turn })
  expect(await world.host.order('turn.steer')).toMatchObject({ turn, text: 'left' })
})

it('puts a steer at the head of the queue where the harness can not, and says so', async () => {
  const world = await engineWorld({ abilities: { steer: 'next' } })
  world.connect()
  const session = await world.create('one')
  await world.host.order('turn.run')
  await world.command(session, { type: 'turn.start', text: 'two' })
  expect(await world.command(session, { type: 'turn.steer', text: 'left' })).toMatchObject({ landing: 'queued' })
  expect((await world.view(session)).queue.map((entry) => entry.text)).toEqual(['left', 'two'])
})

it('settles what is open when a turn ends', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'failed', reason: 'the program crashed', advice: 'try again' })
  const { items } = { items: await world.store.sessions.items(session, { limit: 50 }) }
  expect(items.find((item) => item.kind === 'tool')).toMatchObject({ state: 'unknown' })
  expect(await world.view(session)).toMatchObject({ lastOutcome: { outcome: 'failed', reason: 'the program crashed', advice: 'try again' } })
  // A late result is kept and shown; the outcome stays.
  await world.fact(session, turn, { type: 'call.done', call: 'c1', outcome: 'ok', output: 'late' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const later = await world.store.sessions.items(session, { limit: 50 })
  expect(later.find((item) => item.kind === 'tool')).toMatchObject({ state: 'ok', output: { text: 'late' } })
  expect((await world.types(session)).filter((type) => type === 'turn.ended')).toHaveLength(1)
})

it('keeps long output in the blob store and its two ends in the event', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const { turn } = await world.host.order('turn.run')
  const output = `start${'x'.repeat(100_000)}end`
  await world.fact(session, turn, call('c1'))
  await world.fact(session, turn, { type: 'call.done', call: 'c1', outcome: 'ok', output })
  const done = (await world.log(session)).find((event) => event.type === 'tool.completed')
  expect(done?.data).toMatchObject({ output: { bytes: 100_008, head: expect.stringMatching(/^start/), tail: expect.stringMatching(/end$/) } })
  const { output: stored } = (done?.data ?? {}) as { output: { blob: string } }
  expect(Buffer.from((await world.store.blobs.get(stored.blob)) ?? []).toString()).toBe(output)
})

it('refuses what does not fit, and changes nothing', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const before = await world.types(session)
  await expect(world.command(session, { type: 'queue.remove', prompt: 'prm_none' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(world.command(session, { type: 'session.rewind', turn: null })).rejects.toMatchObject({ code: 'conflict' })
  await expect(world.command('ses_none', { type: 'queue.run' })).rejects.toMatchObject({ code: 'not_found' })
  expect(await world.types(session)).toEqual(before)
})

it('answers a prompt that lets a held queue go on with its own place, not with that of the one it starts', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('one')
  const { turn } = await world.host.order('turn.run')
  const two = await world.command(session, { type: 'turn.start', text: 'two' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'failed', reason: 'r', advice: 'a' })
  const three = await world.command(session, { type: 'turn.start', text: 'three' })
  expect(three).toMatchObject({ landing: 'queued' })
  expect(three.prompt).not.toBe(two.prompt)
  expect(await world.host.order('turn.run', (order) => order.turn !== turn)).toMatchObject({ text: 'two' })
})
