import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allow, exchangeWorld, minutes, pieces, type Sent, settled, textOf, whole } from './exchange-world.ts'

type World = ReturnType<typeof exchangeWorld>
const usage = { input: 100, output: 42 }
const done = [{ call: 'call_1', run: 'run_1', model: 'm-1', usage }]

/** A call that somebody is asked about, some time after it came. */
async function parked(world: World, afterMs = 5 * minutes, body = {}): Promise<Sent> {
  const before = world.asks.length
  const sent = world.request({ body })
  await expect.poll(() => world.asks.length, { interval: 0 }).toBe(before + 1)
  world.clock.advance(afterMs)
  return sent
}

/** Lets the service give its whole answer. */
async function answered(world: World, count = 1): Promise<void> {
  await expect.poll(() => world.services.length, { interval: 0 }).toBe(count)
  const service = world.services[count - 1] ?? expect.fail()
  service.headers()
  service.send(whole)
  service.end()
  await settled()
}

describe('a parked call', () => {
  it('goes when it is allowed', async () => {
    const world = exchangeWorld()
    const { answer } = await parked(world)
    world.asks[0]?.answer(allow)
    await answered(world)
    expect(await textOf((await answer).body)).toBe(whole)
    expect(world.done).toEqual(done)
  })

  it('is joined by its client’s retry, whatever that looks like, and sent once', async () => {
    const world = exchangeWorld()
    const first = await parked(world)
    first.close()
    await expect(first.answer).resolves.toMatchObject({ status: 499 })
    world.clock.advance(35_000)
    const retry = world.request({ body: { stream: false, metadata: { attempt: 2 } } })
    await settled()
    world.asks[0]?.answer(allow)
    await answered(world)
    expect(await world.services[0]?.body).toMatchObject({ metadata: { attempt: 2 } })
    expect(await textOf((await retry.answer).body)).toBe(whole)
    expect([world.asks.length, world.services.length, world.done]).toEqual([1, 1, done])
  })

  it('is not joined by another program at the same time', async () => {
    const world = exchangeWorld()
    await parked(world)
    await parked(world, 0)
    expect(world.asks.map(({ wanted }) => wanted.call)).toEqual(['call_1', 'call_2'])
  })

  it.each([['another run', { run: 'run_2' }], ['another API', { dialect: 'responses' as const, path: '/v1/responses', body: { max_output_tokens: 5 } }], ['another model', { body: { model: 'dear' } }], ['a longer answer', { body: { max_tokens: 9_000 } }], ['a much longer prompt', { body: { system: 'x'.repeat(9_000) } }]])('is not joined for %s', async (_name, other) => {
    const world = exchangeWorld()
    ;(await parked(world)).close()
    world.request(other)
    await expect.poll(() => world.asks.length, { interval: 0 }).toBe(2)
  })

  it('is told apart from others that wait for a retry, by what they said first', async () => {
    const world = exchangeWorld()
    const [left, right] = [await parked(world, 0, { system: 'left' }), await parked(world, 0, { system: 'right' })]
    left.close()
    right.close()
    world.request({ body: { system: 'right' } })
    await settled()
    world.asks[1]?.answer(allow)
    await answered(world)
    expect(await world.services[0]?.body).toMatchObject({ system: 'right' })
  })

  it('ends the turn when patience is over, counted from the first connection', async () => {
    const world = exchangeWorld({ patienceMs: 10 * minutes })
    const first = await parked(world, 6 * minutes)
    first.close()
    world.clock.advance(30_000)
    const retry = world.request()
    await settled()
    world.clock.advance(3.4 * minutes)
    await settled()
    world.clock.advance(6_000)
    const { status, body } = await retry.answer
    expect({ status, text: await textOf(body) }).toMatchObject({ status: 402, text: expect.stringContaining('Waiting for approval') })
    expect([world.done, world.asks[0]?.withdrawn.aborted]).toEqual([[], false])
  })

  it('ends the turn at once where nobody is there, but not before the rules have spoken', async () => {
    const world = exchangeWorld({ patienceMs: 0 })
    const { answer } = await parked(world, 9_999)
    let over = false
    void answer.then(() => {
      over = true
    })
    await settled()
    expect(over).toBe(false)
    world.clock.advance(1)
    await expect(answer).resolves.toMatchObject({ status: 402 })
  })

  it('that was allowed after the turn had ended goes with the next request', async () => {
    const world = exchangeWorld()
    const { answer } = await parked(world, 11 * minutes)
    await answer
    world.clock.advance(60 * minutes)
    world.asks[0]?.answer(allow)
    await settled()
    world.clock.advance(4 * minutes)
    const next = world.request({ body: { messages: [{ role: 'user', content: 'go on' }] } })
    await answered(world)
    expect(await textOf((await next.answer).body)).toBe(whole)
    expect([world.asks.length, world.done]).toEqual([1, done])
  })

  it('that was allowed with nobody there is given back after some minutes', async () => {
    const world = exchangeWorld()
    ;(await parked(world)).close()
    world.asks[0]?.answer(allow)
    await settled()
    world.clock.advance(5 * minutes)
    expect([world.done, world.services]).toEqual([[{ call: 'call_1', run: 'run_1' }], []])
    world.request()
    await expect.poll(() => world.asks.length, { interval: 0 }).toBe(2)
  })

  it('that was refused with nobody there refuses the retry, and asks nobody again', async () => {
    const world = exchangeWorld()
    ;(await parked(world)).close()
    world.asks[0]?.answer({ type: 'deny', reason: 'No.' })
    await settled()
    await expect(world.request().answer).resolves.toMatchObject({ status: 402 })
    expect([world.asks.length, world.done]).toEqual([1, [{ call: 'call_1', run: 'run_1' }]])
  })

  it('that was refused after the turn had ended says nothing about the next request', async () => {
    const world = exchangeWorld()
    await (await parked(world, 11 * minutes)).answer
    world.asks[0]?.answer({ type: 'deny', reason: 'No.' })
    await settled()
    world.request()
    await expect.poll(() => world.asks.length, { interval: 0 }).toBe(2)
    expect(world.done).toEqual([{ call: 'call_1', run: 'run_1' }])
  })

  it('whose client does not come back within a minute is withdrawn', async () => {
    const world = exchangeWorld()
    ;(await parked(world)).close()
    world.clock.advance(59_999)
    expect(world.asks[0]?.withdrawn.aborted).toBe(false)
    world.clock.advance(1)
    expect([world.asks[0]?.withdrawn.aborted, world.done]).toEqual([true, []])
    world.asks[0]?.answer(allow)
    await settled()
    expect([world.done, world.services]).toEqual([[{ call: 'call_1', run: 'run_1' }], []])
  })
})

describe('an answer that nobody fetched', () => {
  it('is there for the retry, and is not paid for twice', async () => {
    const world = exchangeWorld()
    const first = await parked(world)
    world.asks[0]?.answer(allow)
    await expect.poll(() => world.services.length, { interval: 0 }).toBe(1)
    first.close()
    await answered(world)
    expect(world.done).toEqual(done)
    const retry = world.request()
    expect(await textOf((await retry.answer).body)).toBe(whole)
    expect([world.asks.length, world.services.length, world.done]).toEqual([1, 1, done])
  })

  it('goes on to the retry while it is still coming', async () => {
    const world = exchangeWorld()
    const first = await parked(world)
    world.asks[0]?.answer(allow)
    await expect.poll(() => world.services.length, { interval: 0 }).toBe(1)
    const [service] = world.services
    first.close()
    service?.headers()
    service?.send(pieces.start)
    await settled()
    const body = (await world.request().answer).body[Symbol.asyncIterator]()
    expect(Buffer.from((await body.next()).value ?? []).toString()).toBe(pieces.start)
    service?.send(pieces.word)
    service?.send(pieces.end)
    service?.end()
    expect(await textOf({ [Symbol.asyncIterator]: () => body })).toBe(pieces.word + pieces.end)
    expect(world.done).toEqual(done)
  })

  it('is not given to a retry that wants it in another form', async () => {
    const world = exchangeWorld()
    const first = await parked(world)
    world.asks[0]?.answer(allow)
    await expect.poll(() => world.services.length, { interval: 0 }).toBe(1)
    first.close()
    await answered(world)
    world.request({ body: { stream: false } })
    await expect.poll(() => world.asks.length, { interval: 0 }).toBe(2)
  })

  it('that broke off breaks off for the retry as well', async () => {
    const world = exchangeWorld()
    const first = await parked(world)
    world.asks[0]?.answer(allow)
    await expect.poll(() => world.services.length, { interval: 0 }).toBe(1)
    first.close()
    world.services[0]?.headers()
    world.services[0]?.send(pieces.start)
    await settled()
    world.services[0]?.breakOff()
    await settled()
    await expect(textOf((await world.request().answer).body)).rejects.toThrow('reset')
    expect(world.done).toMatchObject([{ estimated: true }])
  })

  it('is cut when nobody comes', async () => {
    const world = exchangeWorld()
    const first = await parked(world)
    world.asks[0]?.answer(allow)
    await expect.poll(() => world.services.length, { interval: 0 }).toBe(1)
    const [service] = world.services
    first.close()
    service?.headers()
    service?.send(pieces.start + pieces.word)
    await settled()
    world.clock.advance(1 * minutes)
    expect([service?.cut.aborted, world.done]).toEqual([true, [{ call: 'call_1', run: 'run_1', model: 'm-1', usage: { input: 100, output: 4 }, estimated: true }]])
  })
})

describe('the end of a run', () => {
  it('withdraws its asks, answers its clients, and leaves others alone', async () => {
    const world = exchangeWorld()
    const { answer } = await parked(world)
    world.request({ run: 'run_2' })
    await expect.poll(() => world.asks.length, { interval: 0 }).toBe(2)
    world.exchange.endRun('run_1', 'The turn was interrupted.')
    expect(await textOf((await answer).body)).toContain('The turn was interrupted.')
    expect(world.asks.map(({ withdrawn }) => withdrawn.aborted)).toEqual([true, false])
  })

  it('cuts its answers', async () => {
    const world = exchangeWorld({ decide: () => allow })
    const { answer } = world.request()
    await expect.poll(() => world.services.length, { interval: 0 }).toBe(1)
    world.services[0]?.headers()
    world.services[0]?.send(pieces.start + pieces.word)
    const text = textOf((await answer).body)
    await settled()
    world.exchange.close()
    await expect(text).rejects.toThrow('cut')
    expect(world.done).toMatchObject([{ usage: { input: 100, output: 4 }, estimated: true }])
  })
})

describe('a call beside the work', () => {
  const title = { max_tokens: 100, tools: [] }

  it('is wanted as one', async () => {
    const world = exchangeWorld()
    await parked(world, 0, title)
    expect(world.asks[0]?.wanted.side).toBe(true)
  })

  it('is refused when nobody allows it at once, and its ask withdrawn', async () => {
    const world = exchangeWorld()
    const { answer } = await parked(world, 10_000, title)
    await expect(answer).resolves.toMatchObject({ status: 402 })
    expect(world.asks[0]?.withdrawn.aborted).toBe(true)
  })

  it('is withdrawn at once when its client goes away', async () => {
    const world = exchangeWorld()
    ;(await parked(world, 0, title)).close()
    expect(world.asks[0]?.withdrawn.aborted).toBe(true)
  })

  it('never takes the place of work that waits for its client', async () => {
    const world = exchangeWorld()
    ;(await parked(world, 0)).close()
    await parked(world, 0, title)
    expect(world.asks.map(({ wanted }) => wanted.side)).toEqual([false, true])
  })

  it('asks nobody while the work waits for somebody', async () => {
    const world = exchangeWorld()
    await parked(world)
    await expect(world.request({ body: title }).answer).resolves.toMatchObject({ status: 402 })
    expect(world.asks.length).toBe(1)
  })

  it('is known by its having no tools, in a run that has them', async () => {
    const world = exchangeWorld()
    await parked(world, 0)
    await parked(world, 0, { tools: [], max_tokens: 32_000 })
    expect(world.asks.map(({ wanted }) => wanted.side)).toEqual([false, true])
  })
})

it('is done exactly once, whatever happens in whatever order', async () => {
  const step = fc.constantFrom('request', 'close', 'allow', 'deny', 'headers', 'send', 'end', 'break', 'quick', 'minute', 'long', 'read')
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    const world = exchangeWorld()
    const clients: Sent[] = []
    const bodies: Promise<unknown>[] = []
    const guarded = (action: () => void) => {
      try {
        action()
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
      }
    }
    for (const each of steps) {
      const [service, ask] = [world.services.at(-1), world.asks.at(-1)]
      if (each === 'request') clients.push(world.request())
      else if (each === 'close') clients.at(-1)?.close()
      else if (each === 'allow') ask?.answer(allow)
      else if (each === 'deny') ask?.answer({ type: 'deny', reason: 'no' })
      else if (each === 'headers') service?.headers()
      else if (each === 'send') guarded(() => service?.send(pieces.word))
      else if (each === 'end') guarded(() => service?.end())
      else if (each === 'break') service?.breakOff()
      else if (each === 'read') bodies.push(...clients.slice(-1).map(({ answer }) => answer.then(({ body }) => textOf(body)).catch(() => undefined)))
      else world.clock.advance(each === 'quick' ? 1_000 : each === 'minute' ? minutes : 11 * minutes)
      await settled()
    }
    for (const { answer } of world.asks) answer(allow)
    await settled()
    world.exchange.close()
    await settled()
    await Promise.all(clients.map(({ answer }) => answer))
    expect(world.done.map(({ call }) => call).toSorted()).toEqual(world.asks.map(({ wanted }) => wanted.call).toSorted())
    expect(world.services.length).toBeLessThanOrEqual(world.asks.length)
  }), { numRuns: 300 })
})
