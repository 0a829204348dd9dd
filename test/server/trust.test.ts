import { chmod, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TrustCard } from '../../src/spec/trust/trust-card.ts'
import { type ApiWorld, apiWorld } from '../support/api-world.ts'
import { person } from '../support/engine-world.ts'
import { plainAgent } from '../support/plain-agent.ts'

const asking = (more = {}) => plainAgent('given', { workspace: { mode: 'here', setup: ['npm ci'] }, env: { pass: ['LANG'], set: {} }, ...more })
let made = 0
const post = async (world: ApiWorld, more: object = {}, agent = asking()) => {
  made += 1
  const response = await world.ask('POST', '/v1/sessions', { id: `t${made}`, agent: { spec: agent.spec }, workspace: { path: '/w' }, prompt: 'go', ...more })
  return { status: response.status, session: `ses_t${made}`, body: await response.json() as { error: { code: string; message: string; details: TrustCard } } }
}
const command = async (world: ApiWorld, session: string, body: object) => {
  made += 1
  const response = await world.ask('POST', `/v1/sessions/${session}/commands`, { id: `c${made}`, ...body })
  return response.status
}

it('refuses what asks for more with the card, makes nothing, and takes the hash of the card for a yes', async () => {
  const world = await apiWorld()
  world.connect()
  const refused = await post(world)
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'untrusted', details: { hash: asking().hash, name: 'given', optional: false } } } })
  expect(refused.body.error.details.asks).toEqual([{ field: 'env', reason: 'the host variable LANG' }, { field: 'workspace.setup[0]', reason: 'a command to run before the first turn', exact: 'npm ci' }])
  expect((await world.ask('GET', `/v1/sessions/${refused.session}`)).status).toBe(404)
  expect(await post(world, { trust: '0'.repeat(64) })).toMatchObject({ status: 403, body: { error: { code: 'untrusted', message: expect.stringContaining(asking().hash) } } })
  const trusted = await post(world, { trust: asking().hash })
  expect(trusted.status).toBe(201)
  expect((await world.host.order('turn.run')).setup).toMatchObject({ session: trusted.session, prepare: ['npm ci'] })
  // Once is once.
  expect((await post(world)).status).toBe(403)
})

it('remembers a yes until what is asked changes, and then says what changed', async () => {
  const world = await apiWorld()
  expect((await post(world, { trust: asking().hash, remember: true })).status).toBe(201)
  expect((await post(world)).status).toBe(201)
  const changed = await post(world, {}, asking({ env: { pass: ['LANG', 'AWS_PROFILE'], set: {} }, workspace: { mode: 'here' } }))
  expect(changed.body.error.details.changes).toMatchObject({ added: [1], removed: [{ field: 'workspace.setup[0]', exact: 'npm ci' }] })
  expect((await world.trust.store.list()).map(({ name }) => name)).toEqual(['given'])
  expect(await world.trust.store.remove(asking().hash)).toBe(3)
  expect((await post(world)).status).toBe(403)
})

it('refuses another hash also where nothing is missing: it was meant for something else', async () => {
  const world = await apiWorld()
  expect((await post(world, { trust: asking().hash }, plainAgent('given'))).status).toBe(403)
  expect((await post(world, {}, plainAgent('given'))).status).toBe(201)
})

it('asks again before the first turn of a session that came from elsewhere, whatever its log says', async () => {
  const [there, here] = [await apiWorld(), await apiWorld()]
  const { session } = await post(there, { trust: asking().hash, prompt: undefined })
  expect(await command(there, session, { type: 'turn.start', text: 'left waiting' })).toBe(200)
  const exported = await (await there.ask('GET', `/v1/sessions/${session}/export`)).text()
  expect((await here.ask('POST', '/v1/import', exported)).status).toBe(201)
  here.connect()
  for (const body of [{ type: 'turn.start', text: 'go' }, { type: 'queue.run' }, { type: 'turn.steer', text: 'x' }, { type: 'harness.switch', harness: 'scripted', model: 'm' }]) expect(await command(here, session, body)).toBe(403)
  expect(await (await here.ask('GET', `/v1/sessions/${session}/trust`)).json()).toMatchObject({ trusted: false, card: { hash: asking().hash } })
  // A fork does not launder it, and neither does its queue start by itself.
  await here.engine.resume(session, person)
  expect(here.host.orders.filter(({ type }) => type === 'turn.run' || type === 'switch.run')).toEqual([])
  expect((await here.ask('POST', `/v1/sessions/${session}/trust`, { hash: '0'.repeat(64) })).status).toBe(403)
  expect(await (await here.ask('POST', `/v1/sessions/${session}/trust`, { hash: asking().hash })).json()).toEqual({ trusted: true })
  expect(await here.host.order('turn.run')).toMatchObject({ text: 'left waiting' })
})

it('keeps a fork’s and a switch’s trust, and forgets a deleted session', async () => {
  const world = await apiWorld()
  world.connect()
  const { session } = await post(world, { trust: asking().hash })
  await world.fact(session, (await world.host.order('turn.run')).turn, { type: 'turn.settled', outcome: 'completed' })
  const fork = await (await world.ask('POST', `/v1/sessions/${session}/fork`, { id: 'forked' })).json() as { session: string }
  expect(await command(world, fork.session, { type: 'turn.start', text: 'go on' })).toBe(200)
  expect(await command(world, session, { type: 'harness.switch', harness: 'scripted', model: 'other' })).toBe(200)
  expect((await world.ask('DELETE', `/v1/sessions/${session}`)).status).toBe(200)
  expect(world.trust.store.granted(session)).toBeUndefined()
  expect(world.trust.store.granted(fork.session)).toBeDefined()
})

it('keeps its word in files that only their owner may write, and believes no other', async () => {
  const world = await apiWorld()
  const { session } = await post(world, { trust: asking().hash, remember: true, prompt: undefined })
  for (const name of ['cards', 'sessions']) {
    const folder = join(world.trust.dir, name)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600)
  }
  await chmod(join(world.trust.dir, 'sessions', `${session}.json`), 0o666)
  expect(await command(world, session, { type: 'turn.start', text: 'go' })).toBe(403)
  expect(world.trust.desk.trusts(await world.engine.pinned(session))).toBe(false)
})

describe('what the project itself would run', () => {
  const hook = { file: '.tool/settings', reason: 'a hook to run on start', exact: 'touch x', data: 1 }
  const reader = (part: object = hook) => ({ readers: [{ id: 'scripted', projectParts: async () => [part as typeof hook] }] })
  const project = (world: ApiWorld) => post(world, { ask: true }, plainAgent('given')).then(({ body }) => body.error.details)

  it('is left out and said, without a person', async () => {
    const world = await apiWorld(reader())
    world.connect()
    const made = await post(world, {}, plainAgent('given'))
    expect(made.status).toBe(201)
    expect((await world.host.order('turn.run')).setup.project).toBeUndefined()
    const { events } = await (await world.ask('GET', `/v1/sessions/${made.session}/log`)).json() as { events: { type: string; data: { text?: string } }[] }
    expect(events.find(({ type }) => type === 'notice.given')?.data.text).toMatch(/^The project has hooks.*\.tool\/settings.*--trust [0-9a-f]{64}$/)
  })

  it('is asked of a person, and goes to the host once trusted, bound to its content', async () => {
    const world = await apiWorld(reader())
    world.connect()
    const card = await project(world)
    expect(card).toMatchObject({ optional: true, name: '/w', asks: [{ field: '.tool/settings', exact: 'touch x' }] })
    expect((await post(world, { trust: card.hash, remember: true }, plainAgent('given'))).status).toBe(201)
    expect((await world.host.order('turn.run')).setup.project).toBe(card.hash)
    expect((await post(world, { ask: true }, plainAgent('given'))).status).toBe(201)
    const other = await apiWorld(reader({ ...hook, data: 2 }))
    expect((await project(other)).hash).not.toBe(card.hash)
  })

  it('stands on one card with what the agent asks for, and is not slipped in with a yes to the agent alone', async () => {
    const world = await apiWorld(reader())
    world.connect()
    const { details } = (await post(world, { ask: true })).body.error
    expect(details).toMatchObject({ optional: false, asks: [{ field: 'env' }, { field: 'workspace.setup[0]' }, { field: '.tool/settings' }] })
    expect((await post(world, { ask: true, trust: asking().hash })).status).toBe(201)
    expect((await world.host.order('turn.run')).setup).toMatchObject({ prepare: ['npm ci'] })
    expect((await world.host.order('turn.run')).setup.project).toBeUndefined()
    const both = await post(world, { ask: true, trust: details.hash })
    expect((await world.host.order('turn.run', ({ setup }) => setup.session === both.session)).setup.project).toMatch(/^[0-9a-f]{64}$/)
  })
})
