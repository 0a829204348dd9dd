import { expect, it } from 'vitest'
import { call, engineWorld, person } from '../support/engine-world.ts'

const png = Buffer.from('89504e470d0a1a0a0000', 'hex')

it('sends the files of a prompt to the host, and keeps them in the log by reference', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  const blob = await world.store.blobs.put(png)
  await world.command(session, { type: 'turn.start', text: 'look', attachments: [{ blob, name: '../odd/dot.png' }] })
  const order = await world.host.order('turn.run')
  expect(order.files).toEqual([{ name: 'dot.png', mediaType: 'image/png', data: png.toString('base64') }])
  const [item] = await world.store.sessions.items(session, { limit: 10 })
  expect(item).toMatchObject({ kind: 'prompt', attachments: [{ blob, name: 'dot.png', mediaType: 'image/png', bytes: png.byteLength }] })
  expect(JSON.stringify(await world.log(session))).not.toContain(png.toString('base64'))
  // Named by an event, so it stays.
  expect(await world.store.blobs.collect(Number.MAX_SAFE_INTEGER)).toBe(0)
})

it('keeps the files of a prompt that waits', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('first')
  const { turn } = await world.host.order('turn.run')
  const blob = await world.store.blobs.put(png)
  await world.command(session, { type: 'turn.start', text: 'second', attachments: [{ blob, name: 'dot.png' }] })
  expect((await world.view(session)).queue[0]?.attachments).toMatchObject([{ blob }])
  world.host.forget()
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  expect((await world.host.order('turn.run')).files).toHaveLength(1)
})

it('refuses a prompt whose file was never sent, and changes nothing', async () => {
  const world = await engineWorld()
  const session = await world.create()
  const before = await world.types(session)
  await expect(world.command(session, { type: 'turn.start', text: 'look', attachments: [{ blob: 'a'.repeat(64), name: 'x' }] })).rejects.toMatchObject({ code: 'not_found' })
  expect(await world.types(session)).toEqual(before)
})

it('holds every program to plan mode: reads go, changes do not, commands are asked about', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  await world.command(session, { type: 'mode.set', mode: 'plan' })
  expect((await world.view(session)).mode).toBe('plan')
  await world.command(session, { type: 'turn.start', text: 'plan it' })
  const { turn, setup } = await world.host.order('turn.run')
  expect(setup.mode).toBe('plan')
  await world.fact(session, turn, call('reads', { actions: [{ kind: 'file.read', path: 'a', outbound: false }] }))
  await world.fact(session, turn, call('writes', { actions: [{ kind: 'file.write', path: 'a', outbound: false }] }))
  await world.fact(session, turn, call('runs'))
  expect(await world.host.order('call.verdict', (order) => order.call === 'reads')).toMatchObject({ verdict: { type: 'allow' } })
  expect(await world.host.order('call.verdict', (order) => order.call === 'writes')).toMatchObject({ verdict: { type: 'deny', reason: expect.stringContaining('plan mode') } })
  expect((await world.view(session)).asks).toMatchObject([{ call: 'runs' }])
  await world.command(session, { type: 'mode.set', mode: 'default' })
  await world.fact(session, turn, call('later', { actions: [{ kind: 'file.write', path: 'a', outbound: false }] }))
  expect(await world.host.order('call.verdict', (order) => order.call === 'later')).toMatchObject({ verdict: { type: 'allow' } })
})

it('goes on with another effort of the same program', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create()
  await world.command(session, { type: 'harness.switch', harness: 'scripted', effort: 'high' })
  const order = await world.host.order('switch.run')
  expect(order.setup.effort).toBe('high')
  await world.fact(session, undefined, { type: 'switch.settled', switch: order.switch, outcome: 'ready', lost: [] })
  expect(await world.view(session)).toMatchObject({ harness: 'scripted', effort: 'high' })
  await expect(world.command(session, { type: 'harness.switch', harness: 'scripted', effort: 'high' })).rejects.toMatchObject({ code: 'conflict' })
})

it('takes the program’s title until a person gives one', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('a long first prompt')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'title', text: '  Mending\nthe parser ' })
  expect((await world.view(session)).title).toBe('Mending the parser')
  await world.command(session, { type: 'session.rename', title: 'Mine' })
  await world.fact(session, turn, { type: 'title', text: 'Another' })
  expect((await world.view(session)).title).toBe('Mine')
})

it('shows what the program offers, and forgets it with the program', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('hi')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'offers', commands: [{ id: 'compact', title: 'Shorten' }] })
  await world.fact(session, turn, { type: 'offers', models: [{ id: 'm1', title: 'Model one' }] })
  expect((await world.view(session)).offers).toEqual({ commands: [{ id: 'compact', title: 'Shorten' }], models: [{ id: 'm1', title: 'Model one' }] })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  await world.command(session, { type: 'harness.switch', harness: 'other' })
  const order = await world.host.order('switch.run')
  await world.fact(session, undefined, { type: 'switch.settled', switch: order.switch, outcome: 'ready', lost: [] })
  expect((await world.view(session)).offers).toEqual({ commands: [], models: [] })
})

it('keeps which call a sub-agent’s call belongs to', async () => {
  const world = await engineWorld()
  world.connect()
  const session = await world.create('hi')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, call('task'))
  await world.fact(session, turn, call('below', { parent: 'task' }))
  const items = await world.store.sessions.items(session, { limit: 10 })
  expect(items.flatMap((item) => (item.kind === 'tool' ? [[item.call, item.parent]] : []))).toEqual([['task', undefined], ['below', 'task']])
})

it('holds every program to the tools of its agent, whatever it offers its model', async () => {
  const world = await engineWorld()
  world.connect()
  const { session } = await world.engine.create({
    id: 'reader', agent: { name: 'reader', hash: 'h', spec: { prompt: '', tools: ['read', { mcp: 'docs' }] } }, harness: 'scripted', workspace: { mode: 'here', path: '/work' }, prompt: 'look',
  }, person)
  const { turn } = await world.host.order('turn.run')
  const served = (server: string) => ({ actions: [{ kind: 'mcp.call', server, tool: 't', outbound: 'unknown' }] }) as const
  await world.fact(session, turn, call('reads', { actions: [{ kind: 'file.read', path: 'a', outbound: false }] }))
  await world.fact(session, turn, call('runs'))
  await world.fact(session, turn, call('granted', served('docs')))
  await world.fact(session, turn, call('other', served('mail')))
  const verdict = async (id: string) => (await world.host.order('call.verdict', (order) => order.call === id)).verdict
  expect(await verdict('reads')).toEqual({ type: 'allow' })
  expect(await verdict('runs')).toMatchObject({ type: 'deny', reason: expect.stringContaining('no shell') })
  expect(await verdict('granted')).toEqual({ type: 'allow' })
  expect(await verdict('other')).toMatchObject({ type: 'deny', reason: expect.stringContaining('mail') })
})

it('lets the servers of a project that a person trusted be called, though no agent names them', async () => {
  let project: string | undefined
  const world = await engineWorld({ trustedProject: () => project })
  world.connect()
  const { session } = await world.engine.create({
    id: 'served', agent: { name: 'served', hash: 'h', spec: { prompt: '', tools: ['read'] } }, harness: 'scripted', workspace: { mode: 'here', path: '/work' }, prompt: 'look',
  }, person)
  const { turn } = await world.host.order('turn.run')
  const served = (id: string) => world.fact(session, turn, call(id, { actions: [{ kind: 'mcp.call', server: 'docs', tool: 't', outbound: 'unknown' }] }))
  const verdict = async (id: string) => (await world.host.order('call.verdict', (order) => order.call === id)).verdict
  await served('before')
  project = 'a'.repeat(64)
  await served('trusted')
  await world.fact(session, turn, call('runs'))
  expect(await verdict('before')).toMatchObject({ type: 'deny', reason: expect.stringContaining('docs') })
  expect(await verdict('trusted')).toEqual({ type: 'allow' })
  expect(await verdict('runs')).toMatchObject({ type: 'deny', reason: expect.stringContaining('no shell') })
  const decided = (await world.store.sessions.read(session, 0, 50)).flatMap(({ type, data }) => (type === 'policy.decided' ? [data] : []))
  expect(decided).toEqual([{ trustedProject: null }, { trustedProject: project }, {}].map((inputs) => expect.objectContaining({ inputs: expect.objectContaining(inputs) })))
})
