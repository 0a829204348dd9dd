import { expect, it } from 'vitest'
import { apiWorld } from '../support/api-world.ts'
import { call } from '../support/engine-world.ts'

it('makes a session, runs its prompt, and pages its transcript', async () => {
  const world = await apiWorld()
  world.connect()
  const made = await world.ask('POST', '/v1/sessions', { id: 'req1', agent: { name: 'hello' }, workspace: { path: '/work' }, prompt: 'hi' })
  expect(made.status).toBe(201)
  const { session } = (await made.json()) as { session: string }
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('c1'))
  await world.fact(session, turn, { type: 'call.done', call: 'c1', outcome: 'ok', output: 'a.txt' })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const page = (await (await world.ask('GET', `/v1/sessions/${session}/items?limit=2`)).json()) as { items: { kind: string }[]; older: boolean }
  expect(page).toMatchObject({ older: true, items: [{ kind: 'tool', state: 'ok' }, { kind: 'end' }] })
  const log = (await (await world.ask('GET', `/v1/sessions/${session}/log?after=2&limit=3`)).json()) as { events: { seq: number }[]; head: number }
  expect(log.events.map((event) => event.seq)).toEqual([3, 4, 5])
  const list = await (await world.ask('GET', '/v1/sessions')).json()
  expect(list).toMatchObject({ sessions: [{ session, lastOutcome: 'completed', agent: 'hello' }] })
})

it('answers a repeated creation with the session made first', async () => {
  const world = await apiWorld()
  const body = { id: 'same', agent: { name: 'hello' }, workspace: { path: '/work' }, prompt: 'hi' }
  const [first, second] = await Promise.all([world.ask('POST', '/v1/sessions', body), world.ask('POST', '/v1/sessions', body)])
  const [one, two] = [(await first.json()) as { session: string }, (await second.json()) as { session: string }]
  expect(two.session).toBe(one.session)
  expect((await world.types(one.session)).filter((type) => type === 'queue.added')).toHaveLength(1)
})

it('takes an earlier conversation by its harness and id alone, of a folder by its whole path', async () => {
  const world = await apiWorld()
  for (const query of ['', '?path=relative', '?path=']) expect((await world.ask('GET', `/v1/conversations${query}`)).status).toBe(400)
  expect((await world.ask('GET', '/v1/conversations?path=/work')).status).toBe(503) // No host is there to look.
  const body = { id: 'req1', agent: { name: 'hello' }, workspace: { path: '/work' } }
  for (const id of ['../../etc/passwd', '/etc/passwd', '', '.', '-rf', 'a b', 'x'.repeat(129)]) expect((await world.ask('POST', '/v1/sessions', { ...body, continues: { harness: 'scripted', id } })).status).toBe(400)
  expect((await world.ask('POST', '/v1/sessions', { ...body, harness: 'other', continues: { harness: 'scripted', id: 'a' } })).status).toBe(400)
  expect((await world.ask('POST', '/v1/sessions', { ...body, workspace: { mode: 'temp', path: '/work' }, continues: { harness: 'scripted', id: 'a' } })).status).toBe(400)
  expect((await world.ask('POST', '/v1/sessions', { ...body, continues: { harness: 'scripted', id: 'a' } })).status).toBe(503)
  expect((await world.store.index.list({ limit: 10 })).rows).toEqual([])
})

it('names every problem of a body with its place', async () => {
  const world = await apiWorld()
  const response = await world.ask('POST', '/v1/sessions', { id: 'bad id', agent: { name: 'hello' }, workspace: { path: 'relative' }, extra: 1 })
  expect(response.status).toBe(400)
  const { error } = (await response.json()) as { error: { code: string; details: { path: string }[] } }
  expect(error.code).toBe('invalid')
  expect(error.details.map((problem) => problem.path)).toEqual(expect.arrayContaining(['id', 'workspace.path']))
})

it('renames, labels and archives by merge patch, once per idempotency key', async () => {
  const world = await apiWorld()
  const session = await world.create()
  const patch = { title: 'New name', labels: { team: 'core' }, archived: true }
  const headers = { 'idempotency-key': 'once' }
  await world.ask('PATCH', `/v1/sessions/${session}`, patch, headers)
  const again = await world.ask('PATCH', `/v1/sessions/${session}`, patch, headers)
  expect(await again.json()).toMatchObject({ view: { title: 'New name', labels: { team: 'core' }, archived: true } })
  expect((await world.types(session)).filter((type) => type === 'session.renamed')).toHaveLength(1)
})

it('forks, searches, exports and deletes', async () => {
  const world = await apiWorld()
  world.connect()
  const session = await world.create('find the zebra')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const fork = await world.ask('POST', `/v1/sessions/${session}/fork`, { id: 'f1' })
  expect(fork.status).toBe(201)
  const found = await (await world.ask('GET', '/v1/search?q=zebra')).json()
  expect(found).toMatchObject({ hits: expect.arrayContaining([expect.objectContaining({ session })]) })
  const lines = await (await world.ask('GET', `/v1/sessions/${session}/export`)).text()
  expect(lines.trim().split('\n').length).toBeGreaterThanOrEqual(5)
  expect((await world.ask('DELETE', `/v1/sessions/${session}`)).status).toBe(200)
  expect((await world.ask('GET', `/v1/sessions/${session}`)).status).toBe(404)
  const back = await world.ask('POST', '/v1/import', lines, { 'content-type': 'application/x-ndjson' })
  expect([back.status, await back.json()]).toMatchObject([201, { session }])
  expect((await world.ask('GET', `/v1/sessions/${session}`)).status).toBe(200)
})

it('serves an OpenAPI 3.1 document that names exactly the routes there are', async () => {
  const world = await apiWorld()
  const document = (await (await world.ask('GET', '/v1/openapi.json')).json()) as { openapi: string; paths: Record<string, Record<string, { responses: object; operationId: string }>> }
  expect(document.openapi).toBe('3.1.0')
  const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
  const registered = world.app.hono.routes
    .filter((each) => each.method !== 'ALL' && each.path.startsWith('/v1/'))
    .map((each) => `${each.method.toLowerCase()} ${each.path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(new Set(documented)).toEqual(new Set(registered))
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((operation) => operation.operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

it('refuses an archived session’s prompts and takes them again when it is back', async () => {
  const world = await apiWorld()
  const session = await world.create()
  await world.ask('PATCH', `/v1/sessions/${session}`, { archived: true })
  const refused = await world.ask('POST', `/v1/sessions/${session}/commands`, { id: 'c1', type: 'turn.start', text: 'hi' })
  expect([refused.status, await refused.json()]).toMatchObject([409, { error: { message: expect.stringContaining('Unarchive') } }])
  await world.ask('PATCH', `/v1/sessions/${session}`, { archived: false })
  expect((await world.ask('POST', `/v1/sessions/${session}/commands`, { id: 'c2', type: 'turn.start', text: 'hi' })).status).toBe(200)
})

it('knows a harness by its other ids, and logs the one that hosts use', async () => {
  const world = await apiWorld()
  world.connect()
  const session = await world.create('hi')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const fork = await world.ask('POST', `/v1/sessions/${session}/fork`, { id: 'f-alias', harness: 'acp:scripted' })
  expect(await fork.json()).toMatchObject({ view: { harness: 'scripted' } })
  const order = await world.ask('POST', `/v1/sessions/${session}/commands`, { id: 'c-alias', type: 'harness.switch', harness: 'acp:scripted', model: 'other' })
  expect(order.status).toBe(200)
  expect((await world.view(session)).switching).toEqual({ harness: 'scripted', model: 'other' })
})
