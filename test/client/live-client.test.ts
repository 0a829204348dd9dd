import { WebSocketServer } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Client, createClient, type ClientOptions } from '../../src/client/create-client.ts'
import type { Store } from '../../src/client/store.ts'
import { listen } from '../../src/server/listen.ts'
import { AppError } from '../../src/spec/app-error.ts'
import { apiWorld, token } from '../support/api-world.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { realClock } from '../support/real-clock.ts'

/** The client against the real server on a real socket. */
async function clientWorld(options: Partial<ClientOptions> = {}) {
  const world = await apiWorld()
  world.connect()
  const hosts: string[] = []
  const deps = { ...world.deps, hosts }
  let serving = await listen(deps, { port: 0, address: '127.0.0.1' })
  const { port } = serving
  await serving.close()
  hosts.push(`127.0.0.1:${port}`)
  serving = await listen(deps, { port, address: '127.0.0.1' })
  const baseUrl = `http://127.0.0.1:${port}`
  const client = createClient({ baseUrl, token, clock: realClock, ...options })
  onTestFinished(async () => {
    client.close()
    await serving.close()
  })
  return {
    ...world, client, baseUrl,
    stopServing: () => serving.close(),
    async serveAgain() {
      serving = await listen(deps, { port, address: '127.0.0.1' })
    },
    /** A session whose first turn runs; gives the turn's id. */
    async running(): Promise<{ session: string; turn: string }> {
      const { session } = await client.createSession({ agent: { name: 'hello' }, workspace: { mode: 'here', path: '/work' }, prompt: 'go' })
      const { turn } = await world.host.order('turn.run', (order) => order.setup.session === session)
      return { session, turn }
    },
  }
}

/** Resolves once the store's state is so. */
function until<State>(store: Store<State>, isSo: (state: State) => boolean): Promise<State> {
  const { promise, resolve } = Promise.withResolvers<State>()
  const look = () => isSo(store.state) && resolve(store.state)
  const stop = store.subscribe(look)
  look()
  return promise.finally(stop)
}

const follow = (client: Client, session: string) => {
  const live = client.openSession(session)
  onTestFinished(() => live.close())
  return live
}

describe('requests', () => {
  it('speak every route', async () => {
    const { client, running } = await clientWorld()
    expect(await client.me()).toEqual({ user: { kind: 'user', id: 'local' } })
    expect((await client.status()).name).toBe('omnigent')
    expect((await client.agents()).map((agent) => agent.name)).toEqual(['hello'])
    const { session } = await running()
    expect((await client.listSessions()).sessions.map((row) => row.session)).toEqual([session])
    expect((await client.patch(session, { title: 'Renamed', labels: { area: 'web' } })).view).toMatchObject({ title: 'Renamed', labels: { area: 'web' } })
    expect((await client.items(session)).items.map((item) => item.kind)).toEqual(['prompt'])
    expect((await client.events(session, { after: 0, limit: 2 })).events.map((event) => event.seq)).toEqual([1, 2])
    expect(await client.command(session, { type: 'turn.start', text: 'next' })).toMatchObject({ landing: 'queued' })
    await expect(client.fork(session)).rejects.toMatchObject({ code: 'conflict' })
    await expect(client.remove(session)).rejects.toMatchObject({ code: 'conflict' })
    await expect(client.session('ses_none')).rejects.toMatchObject({ code: 'not_found' })
    await expect(client.blob('0'.repeat(64))).rejects.toMatchObject({ code: 'not_found' })
  })

  it('give the server’s code and words when it refuses', async () => {
    const { baseUrl } = await clientWorld()
    const stranger = createClient({ baseUrl, token: 'x'.repeat(32), clock: realClock })
    const error: unknown = await stranger.me().catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'unauthorized', message: expect.stringContaining('omni') })
  })

  it('repeat a command with its id when the answer was lost, and it counts once', async () => {
    let lost = 0
    const { client, running, types } = await clientWorld({
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (!response.url.endsWith('/commands') || lost === 2) return response
        lost += 1
        throw new TypeError('fetch failed')
      },
    })
    const { session } = await running()
    await client.command(session, { type: 'turn.start', text: 'once' })
    expect(lost).toBe(2)
    expect((await types(session)).filter((type) => type === 'queue.added')).toHaveLength(2)
  })

  it('say what to do when nothing answers', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:9', token, clock: realClock })
    await expect(client.me()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('omni server status') })
  })
})

describe('a live session', () => {
  it('gets its snapshot, then events and streamed text', async () => {
    const { client, running, fact, host } = await clientWorld()
    const { session, turn } = await running()
    const live = follow(client, session)
    expect(await until(live, (state) => state.view !== undefined)).toMatchObject({ connection: 'live', items: [{ kind: 'prompt', text: 'go' }] })
    host.say({ type: 'delta', session, turn, item: 'm1', kind: 'text', offset: 0, text: 'Hel' })
    await until(live, (state) => state.partials.get(`${session}/m1/text`)?.text === 'Hel')
    await fact(session, turn, { type: 'message', item: 'm1', text: 'Hello' })
    const done = await until(live, (state) => state.items.some((item) => item.kind === 'message'))
    expect(done.partials.size).toBe(0)
  })

  it('gets what was streamed before it came, and the rest', async () => {
    const { client, running, host } = await clientWorld()
    const { session, turn } = await running()
    const first = follow(client, session)
    await until(first, (state) => state.view !== undefined)
    host.say({ type: 'delta', session, turn, item: 'm1', kind: 'text', offset: 0, text: 'one ' })
    await until(first, (state) => state.partials.size === 1)
    const second = follow(client, session)
    await until(second, (state) => state.partials.get(`${session}/m1/text`)?.text === 'one ')
    host.say({ type: 'delta', session, turn, item: 'm1', kind: 'text', offset: 4, text: 'two' })
    for (const live of [first, second]) await until(live, (state) => state.partials.get(`${session}/m1/text`)?.text === 'one two')
  })

  it('misses nothing of what happened while the line was down', async () => {
    const world = await clientWorld()
    const { session, turn } = await world.running()
    const live = follow(world.client, session)
    await until(live, (state) => state.view !== undefined)
    await world.stopServing()
    await until(live, (state) => state.connection === 'reconnecting')
    for (const item of ['m1', 'm2', 'm3']) await world.fact(session, turn, { type: 'message', item, text: item })
    await world.serveAgain()
    const back = await until(live, (state) => state.connection === 'live' && state.items.length === 4)
    expect(back).toMatchObject({ stale: false, seq: (await world.client.session(session)).view.seq })
  })

  it('fails plainly when there is no such session', async () => {
    const { client } = await clientWorld()
    const { error } = await until(follow(client, 'ses_none'), (state) => state.error !== undefined)
    expect(error).toMatchObject({ code: 'not_found' })
  })
})

describe('the line', () => {
  it('is not tried for ever with a token that is refused', async () => {
    const { baseUrl } = await clientWorld()
    const clock = new ManualClock()
    const stranger = createClient({ baseUrl, token: 'x'.repeat(32), clock })
    const { error } = await until(follow(stranger, 'ses_a'), (state) => state.error !== undefined)
    expect(error).toMatchObject({ code: 'unauthorized' })
    expect(clock.runNext()).toBe(false)
  })

  it('is called offline after several failed tries, and is found again', async () => {
    const clock = new ManualClock()
    const world = await clientWorld({ clock, random: () => 0.5 })
    const { session } = await world.running()
    const live = follow(world.client, session)
    await until(live, (state) => state.view !== undefined)
    await world.stopServing()
    await until(live, (state) => state.connection === 'reconnecting')
    while (live.state.connection !== 'offline') {
      clock.runNext()
      // The try itself is a real socket's: it ends when it ends.
      await new Promise((resolve) => setImmediate(resolve))
    }
    await world.serveAgain()
    world.client.connection.wake()
    await until(live, (state) => {
      clock.runNext(15_000)
      return state.connection === 'live'
    })
  })

  it('is given up when the other end no longer answers', async () => {
    const silent = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'omnigent.v1' })
    await new Promise((resolve) => silent.once('listening', resolve))
    onTestFinished(() => new Promise<void>((resolve) => silent.close(() => resolve())))
    const address = silent.address()
    const clock = new ManualClock()
    const client = createClient({ baseUrl: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, token, clock })
    onTestFinished(() => client.close())
    const live = client.openSession('ses_a')
    await until(live, (state) => state.connection === 'live')
    clock.advance(20_000)
    expect(live.state.connection).toBe('live')
    clock.advance(10_000)
    await until(live, (state) => state.connection === 'reconnecting')
    for (const socket of silent.clients) socket.terminate()
  })
})

describe('the live list', () => {
  it('has what was there, hears what changes, forgets what is deleted', async () => {
    const { client, running, fact } = await clientWorld()
    const { session, turn } = await running()
    const list = client.openList()
    onTestFinished(() => list.close())
    await until(list, (state) => state.loaded && state.rows.some((row) => row.session === session && row.status === 'running'))
    await fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
    await until(list, (state) => state.rows[0]?.lastOutcome === 'completed')
    await client.remove(session)
    await until(list, (state) => state.rows.length === 0)
  })
})
