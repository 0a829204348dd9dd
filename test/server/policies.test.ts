import { readFile, writeFile } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { PolicyCheck, ServerPolicyState, SessionPolicies } from '../../src/spec/api/policies.ts'
import { apiWorld, type ApiWorld } from '../support/api-world.ts'
import { call } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

const state = async (world: ApiWorld) => ServerPolicyState.parse(await (await world.ask('GET', '/v1/policies')).json())
const put = (world: ApiWorld, text: string) => world.ask('PUT', '/v1/policies', { text })
/** Time for two looks at the file. */
const lookTwice = async (world: ApiWorld, done: () => Promise<boolean>) => vi.waitFor(async () => {
  world.clock.advance(500)
  expect(await done()).toBe(true)
}, { timeout: 20_000, interval: 10 })

it('replaces the server’s own policies, keeps the rest of its file with the comments, and has them in force at once', async () => {
  const world = await apiWorld()
  const before = await state(world)
  expect(before).toMatchObject({ policies: [], text: '', problems: [] })
  const answer = await put(world, '# Why.\n- {name: no-force, type: git, match: {verb: push, force: true}, action: deny}\n')
  expect(answer.status).toBe(200)
  expect(ServerPolicyState.parse(await answer.json())).toMatchObject({ policies: [{ name: 'no-force', does: 'deny git where verb: push, force: true', source: 'server' }], text: expect.stringContaining('# Why.') })
  expect(world.desk.current().list.rules.map(({ id }) => id)).toEqual(['server/no-force'])
  expect(world.desk.current().list.hash).not.toBe(before.hash)
  const file = await readFile(world.configFile, 'utf8')
  expect(file).toMatch(/^# Of the test\.\nbaseline: false\npolicies:\n/)
  expect(file).toContain('# Why.')
  expect((await put(world, '')).status).toBe(200)
  expect(await readFile(world.configFile, 'utf8')).toBe('# Of the test.\nbaseline: false\n')
  expect(await state(world)).toEqual(before)
})

it('refuses a wrong list with every problem and its place, and changes nothing', async () => {
  const world = await apiWorld()
  const file = await readFile(world.configFile, 'utf8')
  for (const text of ['- {name: x, type: gti, action: deny}\n- {name: y, type: git}\n', '- [', 'a: 1', '- {name: x, type: git, action: deny}\n- {name: x, type: git, action: ask}\n']) {
    const answer = await put(world, text)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid', details: expect.arrayContaining([expect.objectContaining({ line: expect.any(Number), message: expect.any(String) })]) } })
  }
  expect(await readFile(world.configFile, 'utf8')).toBe(file)
  expect((await state(world)).policies).toEqual([])
})

it('never writes over a file that a person broke, and says what is wrong with it', async () => {
  const world = await apiWorld()
  await put(world, '- {name: kept, type: git, action: deny}')
  await writeFile(world.configFile, 'baseline: false\npolicies: [{name: kept, type: gti, action: deny}]\n')
  await lookTwice(world, async () => (await state(world)).problems.length > 0)
  expect(await state(world)).toMatchObject({ policies: [{ name: 'kept' }], problems: [{ line: 2, message: expect.stringContaining('gti') }] })
  expect(world.problems).toEqual([expect.stringContaining('stay in force')])
  expect((await put(world, '- {name: other, type: git, action: deny}')).status).toBe(400)
  expect(await readFile(world.configFile, 'utf8')).toContain('gti')
  world.problems.length = 0
})

it('takes up an edited file while it runs, once it is written', async () => {
  const world = await apiWorld()
  await writeFile(world.configFile, 'baseline: true\npolicies:\n  - {name: later, type: exec, action: ask}\n')
  await lookTwice(world, async () => (await state(world)).policies.some(({ name }) => name === 'later'))
  expect((await state(world)).policies.map(({ source }) => source)).toEqual(['shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'server'])
  expect(world.problems).toEqual([])
})

it('checks a text for a level and changes nothing', async () => {
  const world = await apiWorld()
  const check = async (text: string, level: string) => PolicyCheck.parse(await (await world.ask('POST', '/v1/policies/check', { text, level })).json())
  const locked = '- {name: x, type: git, action: deny, lock: true}'
  expect(await check(locked, 'server')).toEqual({ ok: true, problems: [] })
  expect(await check(locked, 'session')).toMatchObject({ ok: false, problems: [{ line: 1, message: expect.stringContaining('lock') }] })
  expect((await state(world)).policies).toEqual([])
})

it('shows what a session keeps to, its own list as text, and what a person allowed in it', async () => {
  const world = await apiWorld({ policies: serverPolicies([{ name: 'push', type: 'git', match: { verb: 'push' }, action: 'ask', approval: { remember: 'session' } }]) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.command(session, { type: 'policy.add', text: 'name: own\ntype: exec\nmatch: {argv: rm *}\naction: deny\n' })
  await world.fact(session, turn, call('c1', { actions: [{ kind: 'git.push', repo: 'example.org/acme/app', ref: 'main', outbound: true }] }))
  const [ask] = (await world.view(session)).asks
  await world.command(session, { type: 'approval.answer', approval: ask?.approval, digest: ask?.digest, answer: 'allow', remember: { scope: 'session' } })
  const shown = SessionPolicies.parse(await (await world.ask('GET', `/v1/sessions/${session}/policies`)).json())
  expect(shown.lists.map(({ level, policies }) => [level, policies.map(({ name, source }) => `${source} ${name}`)])).toEqual([['session', ['session own']], ['agent', []], ['server', ['server push']]])
  expect(shown.text).toContain('name: own')
  expect(shown.grants).toMatchObject([{ rule: 'server/push', kind: 'git.push', pattern: { repo: 'example.org/acme/app' } }])
  expect((await world.ask('GET', '/v1/sessions/ses_none/policies')).status).toBe(404)
})

it('lets nobody but a person change the server’s policies', async () => {
  const world = await apiWorld()
  const row = world.app.routes.find(({ method, path }) => method === 'put' && path === '/v1/policies')
  const input = { params: {}, query: undefined, body: { text: '' }, by: { kind: 'agent', id: 'hello' }, context: {} } as unknown as Parameters<NonNullable<typeof row>['handle']>[0] // The row looks at nothing else of it.
  await expect((async () => row?.handle(input))()).rejects.toMatchObject({ code: 'forbidden', message: 'Only a person can change policies.' })
})
