import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import type { SessionSetup } from '../../src/spec/ports/host-link.ts'
import { engineWorld, person, type EngineWorld } from '../support/engine-world.ts'

const told = ({ history = [] }: SessionSetup) => history.map(({ text }) => text).join('')

async function talk(world: EngineWorld, session: string, text: string, answer: string): Promise<string> {
  world.host.forget()
  await world.command(session, { type: 'turn.start', text })
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'message', item: `m-${turn}`, text: answer })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  return turn
}

it('goes on from a turn in a new tree, sharing the prefix', async () => {
  const world = await engineWorld()
  world.connect()
  const source = await world.create()
  const first = await talk(world, source, 'alpha', 'A')
  await talk(world, source, 'beta', 'B')
  const before = await world.log(source)
  const fork = await world.engine.fork(source, { id: 'forked1', turn: first }, person)
  const log = await world.log(fork.session)
  const own = log.filter((event) => event.tree === fork.tree)
  expect(own.map((event) => event.type)).toEqual(['session.forked'])
  expect(log.slice(0, -1)).toEqual(before.slice(0, log.length - 1))
  expect(own[0]).toMatchObject({ seq: before.find((event) => event.turn === first && event.type === 'turn.ended')!.seq + 1 })
  const texts = (await world.store.sessions.items(fork.session, { limit: 50 })).flatMap((item) => (item.kind === 'prompt' ? [item.text] : []))
  expect(texts).toEqual(['alpha'])
  expect(await world.log(source)).toEqual(before)
})

it('gives the program the earlier conversation as history, and only that', async () => {
  const world = await engineWorld()
  world.connect()
  const source = await world.create()
  const first = await talk(world, source, 'alpha', 'A')
  await talk(world, source, 'beta', 'B')
  const fork = await world.engine.fork(source, { id: 'forked2', turn: first }, person)
  world.host.forget()
  await world.command(fork.session, { type: 'turn.start', text: 'gamma' })
  const run = await world.host.order('turn.run')
  expect(told(run.setup)).toContain('[User]\nalpha')
  expect(told(run.setup)).toContain('[Assistant]\nA')
  expect(told(run.setup)).not.toContain('beta')
  expect(told(run.setup)).not.toContain('gamma')
  expect(run.setup.resume).toBeUndefined()
})

it('answers a repeated fork with the one made first', async () => {
  const world = await engineWorld()
  world.connect()
  const source = await world.create()
  await talk(world, source, 'alpha', 'A')
  const once = await world.engine.fork(source, { id: 'same' }, person)
  const twice = await world.engine.fork(source, { id: 'same' }, person)
  expect(twice.session).toBe(once.session)
})

it('refuses to fork where nothing has ended', async () => {
  const world = await engineWorld()
  const source = await world.create()
  await expect(world.engine.fork(source, { id: 'none' }, person)).rejects.toMatchObject({ code: 'conflict' })
  await expect(world.engine.fork(source, { id: 'none2', turn: 'trn_x' }, person)).rejects.toMatchObject({ code: 'conflict' })
})

it('rewinds the conversation and keeps the history of what was done', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  const first = await talk(world, session, 'alpha', 'A')
  await talk(world, session, 'beta', 'B')
  await world.command(session, { type: 'session.rewind', turn: first })
  const shown = await world.store.sessions.items(session, { limit: 50 })
  expect(shown.flatMap((item) => (item.kind === 'prompt' ? [item.text] : []))).toEqual(['alpha'])
  const all = await world.store.sessions.items(session, { limit: 50, withRewound: true })
  expect(all.flatMap((item) => (item.kind === 'prompt' ? [item.text] : []))).toEqual(['alpha', 'beta'])
  world.host.forget()
  await world.command(session, { type: 'turn.start', text: 'gamma' })
  const run = await world.host.order('turn.run')
  expect(run.setup).toMatchObject({ generation: 1 })
  expect(told(run.setup)).toContain('alpha')
  expect(told(run.setup)).not.toContain('beta')
})

it('survives the deletion of its source', async () => {
  const world = await engineWorld()
  world.connect()
  const source = await world.create()
  await talk(world, source, 'alpha', 'A')
  const fork = await world.engine.fork(source, { id: 'orphan' }, person)
  await world.engine.remove(source)
  await expect(world.engine.describe(source)).rejects.toMatchObject({ code: 'not_found' })
  const texts = (await world.store.sessions.items(fork.session, { limit: 50 })).flatMap((item) => (item.kind === 'prompt' ? [item.text] : []))
  expect(texts).toEqual(['alpha'])
})

it('copies nothing: a fork of 10,000 events stores one', async () => {
  const world = await engineWorld()
  world.connect()
  const source = await world.create()
  for (let each = 0; each < 10_000; each += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, index) => world.command(source, { type: 'session.rename', title: `name ${each + index}` })))
  }
  await talk(world, source, 'last', 'done')
  const head = (await world.view(source)).seq
  expect(head).toBeGreaterThan(10_000)
  const fork = await world.engine.fork(source, { id: 'large' }, person)
  await world.engine.close()
  await world.store.close()
  const database = new DatabaseSync(join(world.dir, 'omni.db'), { readOnly: true })
  // See the head of schema.ts for what an id is made of.
  const rows = database.prepare('select trees.tree, count(*) as events from events join trees on events.id >> 30 = trees.no group by trees.no').all()
  database.close()
  expect(Object.fromEntries(rows.map((row) => [row['tree'], row['events']]))).toEqual({ [source]: head, [fork.session]: 1 })
})
