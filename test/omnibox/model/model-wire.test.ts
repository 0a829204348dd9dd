import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { estimateTokens } from '../../../src/base/estimate-tokens.ts'
import type { Usage } from '../../../src/spec/events/usage.ts'
import { usage as stubUsage } from '../../model-stub/dialect.ts'
import { type ModelStub, startModelStub } from '../../model-stub/model-stub.ts'
import { type Forwarder, startForwarder } from './forwarder.ts'

const realKey = 'sk-real-key'
let stub: ModelStub
let forwarder: Forwarder
beforeEach(async () => {
  stub = await startModelStub()
  forwarder = await startForwarder(stub.url, realKey)
})
afterEach(async () => {
  await forwarder.close()
  await stub.close()
})

/** A program's request for one step of a plan. */
interface Shape {
  readonly path: (stream: boolean) => string
  readonly headers: Readonly<Record<string, string>>
  body(prompt: string, stream: boolean): object
  /** What it says of a prompt with 200 cached tokens: of those, some have them in the count of the prompt. */
  readonly told: Usage
}

const tool = { name: 'bash', description: 'runs it' }
const inside: Usage = { input: stubUsage.input - stubUsage.cacheRead, output: stubUsage.output, cacheRead: stubUsage.cacheRead }
const shapes: Readonly<Record<string, Shape>> = {
  messages: {
    path: () => '/v1/messages?beta=true', headers: { 'x-api-key': 'run_1' }, told: { input: stubUsage.input, output: stubUsage.output, cacheRead: stubUsage.cacheRead },
    body: (prompt, stream) => ({ model: 'stub-1', max_tokens: 900, stream, tools: [{ ...tool, input_schema: { properties: { command: {} } } }], messages: [{ role: 'user', content: prompt }] }),
  },
  responses: {
    path: () => '/v1/responses', headers: { authorization: 'Bearer run_1' }, told: inside,
    body: (prompt, stream) => ({ model: 'stub-1', stream, tools: [{ type: 'function', ...tool, parameters: {} }], input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] }] }),
  },
  'chat-completions': {
    path: () => '/v1/chat/completions', headers: { authorization: 'Bearer run_1' }, told: inside,
    body: (prompt, stream) => ({ model: 'stub-1', stream, tools: [{ type: 'function', function: tool }], messages: [{ role: 'user', content: prompt }] }),
  },
  'generate-content': {
    path: (stream) => `/v1beta/models/stub-1:${stream ? 'streamGenerateContent?alt=sse&key=run_1' : 'generateContent?key=run_1'}`, headers: {}, told: inside,
    body: (prompt) => ({ tools: [{ functionDeclarations: [tool] }], contents: [{ role: 'user', parts: [{ text: prompt }] }] }),
  },
}
const dialects = Object.entries(shapes)
const plan = (...steps: object[]) => `PLAN:${JSON.stringify(steps)}`

function ask(shape: Shape, prompt: string, { stream = true, signal }: { stream?: boolean; signal?: AbortSignal } = {}): Promise<Response> {
  return fetch(forwarder.url + shape.path(stream), { method: 'POST', headers: { 'content-type': 'application/json', ...shape.headers }, body: JSON.stringify(shape.body(prompt, stream)), ...(signal === undefined ? {} : { signal }) })
}

/** Each call is done once, some moments after its client has its last byte. */
const doneCalls = async (count: number) => {
  await expect.poll(() => forwarder.done.length).toBe(count)
  return forwarder.done
}

describe.each(dialects)('over %s', (dialect, shape) => {
  it('counts what the service counts, whole and streamed, cached tokens apart', async () => {
    for (const stream of [false, true]) await (await ask(shape, plan({ think: 'hm', say: 'Grüße', deltas: 3 }, { shell: 'ls' }), { stream })).text()
    expect((await doneCalls(2)).map(({ usage }) => usage)).toEqual([shape.told, shape.told])
    expect(forwarder.done).toMatchObject([{ model: 'stub-1' }, { model: 'stub-1' }])
    expect(forwarder.wanted).toMatchObject([{ run: 'run_1', dialect, model: 'stub-1', side: false }, { dialect }])
  })

  it('hands on what the client would have got without it', async () => {
    const prompt = plan({ say: 'Grüße' })
    const through = await ask(shape, prompt)
    const straight = await fetch(stub.url + shape.path(true), { method: 'POST', body: JSON.stringify(shape.body(prompt, true)) })
    const anonymous = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
    const told = anonymous(await straight.text())
    // The stub tells usage unasked; a chat client that did not ask does not see it.
    const expected = dialect === 'chat-completions' ? told.split(/(?<=\n\n)/).filter((event) => !event.includes('"choices":[]')).join('') : told
    expect({ text: anonymous(await through.text()), type: through.headers.get('content-type') }).toEqual({ text: expected, type: straight.headers.get('content-type') })
  })

  it('puts the real credential in the place of the client’s', async () => {
    await (await ask(shape, plan({ say: 'hi' }))).text()
    expect(stub.requests[0]?.authorization).toContain(realKey)
    expect(JSON.stringify(stub.requests[0])).not.toContain('run_1')
  })

  it('counts a stream that was cut as far as it came', async () => {
    const response = await ask(shape, plan({ say: 'just so far', deltas: 2, cut: true }))
    await expect(response.text()).rejects.toThrow()
    const [call] = await doneCalls(1)
    const known = dialect === 'messages' ? { ...shape.told, output: estimateTokens('just so far') } : { input: forwarder.wanted[0]?.tokens.input, output: estimateTokens('just so far') }
    expect(call).toMatchObject({ estimated: true, usage: known })
  })

  it('charges nothing for a refused call, and the retry once', async () => {
    const prompt = plan({ say: 'hi', error: { status: 503, times: 1 } })
    expect((await ask(shape, prompt)).status).toBe(503)
    await (await ask(shape, prompt)).text()
    expect((await doneCalls(2)).map(({ usage }) => usage)).toEqual([undefined, shape.told])
  })

  it('cuts the service’s answer when its client goes away', async () => {
    const client = new AbortController()
    const response = await ask(shape, plan({ say: 'on and on', stall: true }), { signal: client.signal })
    const reader = response.body?.getReader()
    await reader?.read()
    client.abort()
    expect(await doneCalls(1)).toMatchObject([{ estimated: true }])
  })

  it('refuses in the words of the verdict, and nothing goes out', async () => {
    forwarder.verdict = () => ({ type: 'deny', reason: 'The limit is reached.' })
    const response = await ask(shape, plan({ say: 'hi' }))
    expect([response.status, await response.text()]).toEqual([dialect === 'responses' ? 400 : 402, expect.stringContaining('The limit is reached.')])
    expect([stub.requests, (await doneCalls(1)).map(({ usage }) => usage)]).toEqual([[], [undefined]])
  })
})

it('joins a retry to the open ask and sends it once', async () => {
  const shape = shapes['messages'] ?? expect.fail()
  const decided = Promise.withResolvers<{ type: 'allow' }>()
  forwarder.verdict = () => decided.promise
  const client = new AbortController()
  const first = ask(shape, plan({ say: 'hi' }), { signal: client.signal })
  await expect.poll(() => forwarder.wanted.length).toBe(1)
  client.abort()
  await expect(first).rejects.toThrow()
  await expect.poll(() => forwarder.closed).toBe(1)
  const retry = ask(shape, plan({ say: 'hi' }))
  decided.resolve({ type: 'allow' })
  expect(await (await retry).text()).toContain('message_stop')
  await doneCalls(1)
  expect([forwarder.wanted.length, stub.requests.length, forwarder.done[0]?.usage]).toEqual([1, 1, shape.told])
})

it('counts tokens for free, and marks what is beside the work', async () => {
  const headers = { 'content-type': 'application/json', 'x-api-key': 'run_1' }
  const counted = await fetch(`${forwarder.url}/v1/messages/count_tokens`, { method: 'POST', headers, body: '{"model":"stub-1","messages":[]}' })
  expect(await counted.json()).toEqual({ input_tokens: 1_200 })
  const title = await fetch(`${forwarder.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify({ model: 'stub-1', max_tokens: 50, messages: [{ role: 'user', content: 'A title, please.' }] }) })
  await title.text()
  expect([forwarder.wanted.map(({ side }) => side), (await doneCalls(1)).map(({ usage }) => usage)]).toEqual([[true], [shapes['messages']?.told]])
})
