import { expect, it } from 'vitest'
import type { SessionSetup } from '../../src/spec/ports/host-link.ts'
import { engineWorld, person, type EngineWorld } from '../support/engine-world.ts'

const told = ({ history = [] }: SessionSetup) => history.map(({ text }) => text).join('')

async function talk(world: EngineWorld, session: string, text: string, tokens: { readonly tree: string; readonly token?: string }): Promise<SessionSetup> {
  world.host.forget()
  await world.command(session, { type: 'turn.start', text })
  const { turn, setup } = await world.host.order('turn.run')
  const say = async (fact: Parameters<EngineWorld['fact']>[2]) => world.host.acknowledged(world.host.fact({ session, turn, tree: tokens.tree }, fact).n)
  await say({ type: 'message', item: `m-${turn}`, text: `answer to ${text}` })
  if (tokens.token !== undefined) await say({ type: 'harness.ready', harness: setup.harness, version: '1', resume: tokens.token })
  await say({ type: 'turn.settled', outcome: 'completed' })
  return setup
}

async function forked(abilities: { fork: boolean }) {
  const world = await engineWorld({ abilities })
  world.connect()
  const source = await world.create()
  await talk(world, source, 'alpha', { tree: source, token: 'token-of-source' })
  const fork = await world.engine.fork(source, { id: 'forked1' }, person)
  return { world, source, fork }
}

it('branches the program’s own conversation where the program can, and tells nothing', async () => {
  const { world, source, fork } = await forked({ fork: true })
  const setup = await talk(world, fork.session, 'beta', { tree: fork.tree, token: 'token-of-fork' })
  expect(setup.forkOf).toEqual({ session: source, token: 'token-of-source' })
  expect(setup.resume).toBeUndefined()
  expect(told(setup)).toBe('')
  const next = await talk(world, fork.session, 'gamma', { tree: fork.tree })
  expect(next).toMatchObject({ resume: 'token-of-fork' })
  expect(next.forkOf).toBeUndefined()
  expect(told(next)).toBe('')
})

it('tells the conversation where the program can not', async () => {
  const { world, fork } = await forked({ fork: false })
  const setup = await talk(world, fork.session, 'beta', { tree: fork.tree, token: 'token-of-fork' })
  expect(setup.forkOf).toBeUndefined()
  expect(told(setup)).toMatch(/alpha[^]*answer to alpha/)
  expect(told(await talk(world, fork.session, 'gamma', { tree: fork.tree }))).toBe('')
})

it('tells the conversation when the source has gone on since', async () => {
  const { world, source, fork } = await forked({ fork: true })
  await talk(world, source, 'only in the source', { tree: source })
  const setup = await talk(world, fork.session, 'beta', { tree: fork.tree })
  expect(setup.forkOf).toBeUndefined()
  expect(told(setup)).toContain('alpha')
  expect(told(setup)).not.toContain('only in the source')
})

it('tells the conversation when the program’s record turns out to be gone', async () => {
  const { world, fork } = await forked({ fork: true })
  world.host.forget()
  await world.command(fork.session, { type: 'turn.start', text: 'beta' })
  const { turn, setup } = await world.host.order('turn.run')
  expect(setup.forkOf).toBeDefined()
  const place = { session: fork.session, turn, tree: fork.tree }
  world.host.fact(place, { type: 'memory.lost', harness: 'scripted' })
  await world.host.acknowledged(world.host.fact(place, { type: 'turn.settled', outcome: 'failed', reason: 'gone', advice: 'again' }).n)
  const next = await talk(world, fork.session, 'beta again', { tree: fork.tree })
  expect(next.forkOf).toBeUndefined()
  expect(told(next)).toContain('alpha')
})

it('forgets a branch whose turn ended before it told a token of its own', async () => {
  const { world, fork } = await forked({ fork: true })
  await talk(world, fork.session, 'beta', { tree: fork.tree })
  const next = await talk(world, fork.session, 'gamma', { tree: fork.tree })
  expect(next.forkOf).toBeUndefined()
  expect(told(next)).toMatch(/alpha[^]*beta/)
})
