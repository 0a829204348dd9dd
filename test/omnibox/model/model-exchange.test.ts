import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { exchangeWorld, pieces, settled, textOf, whole } from './exchange-world.ts'

const usage = { input: 100, output: 42 }
const allowing = () => exchangeWorld({ decide: () => ({ type: 'allow' }) })

/** The service's side of the newest call, when it has got there. */
async function reached(world: ReturnType<typeof exchangeWorld>, count = 1) {
  await expect.poll(() => world.services.length, { interval: 0 }).toBe(count)
  return world.services[count - 1] ?? expect.fail()
}

describe('one call', () => {
  it('is wanted with what it may cost, sent, measured and done', async () => {
    const world = allowing()
    const { answer } = world.request()
    const service = await reached(world)
    service.headers()
    service.send(whole)
    service.end()
    const { status, body } = await answer
    expect({ status, text: await textOf(body) }).toEqual({ status: 200, text: whole })
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1', model: 'm-1', usage }])
  })

  it('sends nothing before the verdict', async () => {
    const world = exchangeWorld()
    world.request({ body: { max_tokens: 7 } })
    await expect.poll(() => world.asks.length, { interval: 0 }).toBe(1)
    expect(world.asks[0]?.wanted).toEqual({ call: 'call_1', run: 'run_1', dialect: 'messages', model: 'm', tokens: { input: expect.any(Number), output: 7 }, side: false })
    await settled()
    expect(world.services).toEqual([])
  })

  it('is refused in the words of the verdict', async () => {
    const world = exchangeWorld({ decide: () => ({ type: 'deny', reason: 'Over the limit.' }) })
    const { status, body } = await world.request().answer
    expect({ status, body: JSON.parse(await textOf(body)) as unknown }).toEqual({ status: 402, body: { type: 'error', error: { type: 'billing_error', message: 'Over the limit.' } } })
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1' }])
    expect(world.services).toEqual([])
  })

  it('is refused when nobody can decide it', async () => {
    const world = exchangeWorld({ decide: () => {
      throw new Error('The engine is not there.')
    } })
    await expect(world.request().answer).resolves.toMatchObject({ status: 402 })
  })

  it('sends what was read, written anew and in the open', async () => {
    const world = allowing()
    const text = '{"model":"cheap","max_tokens":5,"tools":[{}],"model":"dear"}'
    world.exchange.handle({ run: 'run_1', method: 'POST', path: '/v1/messages?beta=true', route: { host: 'x', basePath: '', dialects: ['messages'] }, gone: new AbortController().signal,
      headers: { 'content-encoding': 'zstd', 'accept-encoding': 'gzip, br', 'content-length': '9', 'x-own': 'kept' }, body: (async function* () {
        yield zstdCompressSync(text)
      })() }).catch(() => undefined)
    const service = await reached(world)
    expect(await service.body).toEqual({ model: 'dear', max_tokens: 5, tools: [{}] })
    expect(service.request).toMatchObject({ path: '/v1/messages?beta=true', dialect: 'messages', headers: { 'accept-encoding': 'identity', 'x-own': 'kept', 'content-length': '44' } })
    expect(service.request.headers).not.toHaveProperty('content-encoding')
  })

  it('can not be made another one by a header', async () => {
    const world = allowing()
    world.request({ headers: { 'x-http-method-override': 'GET' } }).answer.catch(() => undefined)
    world.request({ path: '/v1/messages/count_tokens', headers: { 'x-http-method-override': 'DELETE' } }).answer.catch(() => undefined)
    await reached(world, 2)
    expect(world.services.filter(({ request }) => 'x-http-method-override' in request.headers)).toEqual([])
  })

  it.each([['no JSON', 'hello'], ['no object', '[]'], ['no model', '{}'], ['deeper than can be written', `{"model":"m","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`]])('that is %s is refused and never wanted', async (_name, body) => {
    const world = exchangeWorld()
    await expect(world.request({ body }).answer).resolves.toMatchObject({ status: 402 })
    expect([world.asks, world.done]).toEqual([[], []])
  })

  it('that is too large is refused, also when only its size unpacked is', async () => {
    const world = exchangeWorld()
    const packed = gzipSync(Buffer.alloc(33 * 1024 * 1024, 0x20))
    const { status, body } = await world.exchange.handle({ run: 'r', method: 'POST', path: '/v1/messages', headers: { 'content-encoding': 'gzip' }, gone: new AbortController().signal, route: { host: 'x', basePath: '', dialects: ['messages'] }, body: (async function* () {
      yield packed
    })() })
    expect({ status, text: await textOf(body) }).toMatchObject({ status: 402, text: expect.stringContaining('32 MiB') })
  })
})

describe('what is no call', () => {
  it('passes for free when it only asks about models', async () => {
    const world = exchangeWorld()
    const { answer } = world.request({ path: '/v1/messages/count_tokens' })
    const service = await reached(world)
    service.headers(200, { 'content-type': 'application/json' })
    service.send('{"input_tokens":5}')
    service.end()
    expect(await textOf((await answer).body)).toBe('{"input_tokens":5}')
    expect([service.request.dialect, world.asks, world.done]).toEqual(['messages', [], []])
  })

  it('is refused when it is not understood, by name', async () => {
    const world = exchangeWorld()
    const { status, body } = await world.request({ path: '/v1/messages/batches' }).answer
    expect({ status, text: await textOf(body) }).toEqual({ status: 403, text: expect.stringContaining('POST /v1/messages/batches is refused') })
    expect(world.services).toEqual([])
  })

  it('gets no credential when it only looks', async () => {
    const world = exchangeWorld()
    world.request({ method: 'GET', path: '/v1/organizations' }).answer.catch(() => undefined)
    expect((await reached(world)).request.dialect).toBeUndefined()
  })
})

describe('an answer', () => {
  it('that the service breaks off is counted as far as it came, and breaks off here too', async () => {
    const world = allowing()
    const { answer } = world.request()
    const service = await reached(world)
    service.headers()
    service.send(pieces.start + pieces.word)
    const text = textOf((await answer).body)
    await settled()
    service.breakOff()
    await expect(text).rejects.toThrow('reset')
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1', model: 'm-1', usage: { input: 100, output: 4 }, estimated: true }])
  })

  it.each([[500, 0], [400, 0], [429, 1], [529, 1]])('of status %d costs nothing, and passes as it is', async (status, limited) => {
    const world = allowing()
    const { answer } = world.request()
    const service = await reached(world)
    const error = '{"type":"error","error":{"type":"x","message":"Not now."}}'
    service.headers(status, { 'content-type': 'application/json', 'retry-after': '30' })
    service.send(error)
    service.end()
    const got = await answer
    expect({ status: got.status, retry: got.headers['retry-after'], text: await textOf(got.body) }).toEqual({ status, retry: '30', text: error })
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1' }])
    expect(world.limits).toEqual(limited === 0 ? [] : [{ run: 'run_1', message: 'Not now.', resetAt: world.clock.now() + 30_000 }])
  })

  it('that never comes costs nothing', async () => {
    const world = allowing()
    const { answer } = world.request()
    ;(await reached(world)).refuseConnection()
    await expect(answer).resolves.toMatchObject({ status: 502 })
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1' }])
  })

  it('tells of a limit that comes in the stream', async () => {
    const world = allowing()
    const { answer } = world.request()
    const service = await reached(world)
    service.headers()
    service.send('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n')
    service.end()
    await textOf((await answer).body)
    expect([world.limits, world.done]).toEqual([[{ run: 'run_1', message: 'Overloaded' }], [{ call: 'call_1', run: 'run_1' }]])
  })

  it('that came encoded all the same goes on decoded', async () => {
    const world = allowing()
    const { answer } = world.request()
    const service = await reached(world)
    const packed = gzipSync(whole)
    service.headers(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip', 'content-length': String(packed.length) })
    service.send(packed)
    service.end()
    const got = await answer
    expect([await textOf(got.body), got.headers]).toEqual([whole, { 'content-type': 'text/event-stream' }])
    expect(world.done).toMatchObject([{ usage }])
  })

  it('of a chat stream is asked for its usage, which the client does not see', async () => {
    const world = allowing()
    const { answer } = world.request({ dialect: 'chat-completions', path: '/v1/chat/completions' })
    const service = await reached(world)
    expect(await service.body).toMatchObject({ stream_options: { include_usage: true } })
    const said = 'data: {"model":"c","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}],"usage":null}\n\n'
    service.headers()
    service.send(`${said}data: {"model":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}\n\ndata: [DONE]\n\n`)
    service.end()
    expect(await textOf((await answer).body)).toBe(`${said}data: [DONE]\n\n`)
    expect(world.done).toMatchObject([{ model: 'c', usage: { input: 9, output: 2 } }])
  })

  it('of a chat stream tells its usage to a client that asked', async () => {
    const world = allowing()
    const { answer } = world.request({ dialect: 'chat-completions', path: '/v1/chat/completions', body: { stream_options: { include_usage: true } } })
    const service = await reached(world)
    const told = 'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}\n\n'
    service.headers()
    service.send(told)
    service.end()
    expect(await textOf((await answer).body)).toBe(told)
  })

  it('of a service that refuses to be asked is left alone', async () => {
    const world = allowing()
    world.request({ dialect: 'chat-completions', path: '/v1/chat/completions', tellsUsage: true }).answer.catch(() => undefined)
    expect(await (await reached(world)).body).not.toHaveProperty('stream_options')
  })
})

describe('a client that goes away', () => {
  it('in the middle of an answer cuts it, counted as far as it came', async () => {
    const world = allowing()
    const { answer, close } = world.request()
    const service = await reached(world)
    service.headers()
    service.send(pieces.start + pieces.word)
    const body = (await answer).body[Symbol.asyncIterator]()
    await body.next()
    close()
    expect(service.cut.aborted).toBe(true)
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1', model: 'm-1', usage: { input: 100, output: 4 }, estimated: true }])
  })

  it('by letting go of the body is the same', async () => {
    const world = allowing()
    const { answer } = world.request()
    const service = await reached(world)
    service.headers()
    service.send(pieces.start)
    const body = (await answer).body[Symbol.asyncIterator]()
    await body.next()
    await body.return?.()
    expect([service.cut.aborted, world.done.length]).toEqual([true, 1])
  })

  it('after the end of an answer changes nothing', async () => {
    const world = allowing()
    const { answer, close } = world.request()
    const service = await reached(world)
    service.headers()
    service.send(whole)
    service.end()
    await textOf((await answer).body)
    close()
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1', model: 'm-1', usage }])
  })

  it('before the headers cuts a call that was let go at once: it was interrupted', async () => {
    const world = allowing()
    const { answer, close } = world.request()
    const service = await reached(world)
    close()
    await expect(answer).resolves.toMatchObject({ status: 499 })
    expect(service.cut.aborted).toBe(true)
    expect(world.done).toMatchObject([{ usage: { output: 0 }, estimated: true }])
  })
})
