import { expect, it } from 'vitest'
import { readServerSentEvents } from '../../src/base/server-sent-events.ts'
import { apiWorld, token } from '../support/api-world.ts'

it('stays open on one connection: the log, then what happens, each once, under the safety headers', async () => {
  const world = await apiWorld()
  world.connect()
  const session = await world.create('hi')
  const { url } = await world.serve()
  const ending = new AbortController()
  const response = await fetch(`${url}/v1/sessions/${session}/events`, { headers: { authorization: `Bearer ${token}` }, signal: ending.signal })
  expect(response.headers.get('x-frame-options')).toBe('DENY')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  const { turn } = await world.host.order('turn.run')
  const heard: string[] = []
  const stream = readServerSentEvents(response.body ?? new ReadableStream(), 1024 * 1024)[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await stream.next()
    if (done === true) throw new Error(`the stream ended after ${heard.join()}`)
    heard.push(value.event)
    return value.event
  }
  while ((await next()) !== 'turn.started');
  // Turns of the loop go by: a stream that the adapter ends is ended by now.
  for (let each = 0; each < 50; each += 1) await new Promise(setImmediate)
  world.host.say({ type: 'delta', session, turn, item: 'm', kind: 'text', offset: 0, text: 'one' })
  expect(await next()).toBe('delta')
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  while ((await next()) !== 'turn.ended');
  expect(heard.filter((event) => event !== 'delta')).toEqual(await world.types(session))
  ending.abort()
  expect(world.failures).toEqual([])
})
