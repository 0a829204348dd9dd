import type { Bytes } from '../../../src/omnibox/gateway/model/answer/decode-body.ts'
import type { HeaderFields } from '../../../src/omnibox/gateway/model/dialects/dialect.ts'
import type { DialectId } from '../../../src/spec/net/model-service.ts'
import { createModelExchange } from '../../../src/omnibox/gateway/model/model-exchange.ts'
import type { DoneCall, ForwardedRequest, ModelAnswer, ModelVerdict, WantedCall } from '../../../src/omnibox/gateway/model/model-traffic.ts'
import { ManualClock } from '../../support/manual-clock.ts'

export const minutes = 60_000

/** One answer of a service, told piece by piece by the test. */
export interface Service {
  readonly request: ForwardedRequest
  /** What was sent to it. */
  readonly body: Promise<Record<string, unknown>>
  readonly cut: AbortSignal
  headers(status?: number, fields?: HeaderFields): void
  send(piece: string | Uint8Array): void
  end(): void
  breakOff(): void
  refuseConnection(): void
}

interface Ask {
  readonly wanted: WantedCall
  readonly withdrawn: AbortSignal
  answer(verdict: ModelVerdict): void
}

/** Lets everything run that waits for nothing. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
export const allow: ModelVerdict = { type: 'allow' }

/** The exchange between a program, an engine and a service that do what a test says, on a clock that it moves. */
export function exchangeWorld({ patienceMs = 10 * minutes, decide }: { patienceMs?: number; decide?: (call: WantedCall) => ModelVerdict } = {}) {
  const clock = new ManualClock()
  const [asks, services, done, limits]: [Ask[], Service[], DoneCall[], unknown[]] = [[], [], [], []]
  let last = 0
  const exchange = createModelExchange({
    clock, nextCall: () => `call_${(last += 1)}`, patienceMs: () => patienceMs, done: (call) => void done.push(call), limited: (limit) => void limits.push(limit),
    want: (wanted, withdrawn) => decide === undefined ? new Promise((resolve) => asks.push({ wanted, withdrawn, answer: resolve })) : Promise.resolve(decide(wanted)),
    forward: (request, cut) => new Promise((resolve, reject) => services.push(service({ request, cut, resolve, reject }))),
  })
  const request = (options: Asked = {}): Sent => {
    const { body = {}, dialect = 'messages', path = '/v1/messages', run = 'run_1', method = 'POST', headers = {}, tellsUsage } = options
    const client = new AbortController()
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify({ model: 'm', max_tokens: 2_000, stream: true, tools: [{}], messages: [], ...body }))
    const answer = exchange.handle({ run, method, path, gone: client.signal, headers: { 'content-length': String(bytes.length), ...headers }, body: once(bytes), route: { host: 'x', basePath: '', dialects: [dialect], ...(tellsUsage === undefined ? {} : { tellsUsage }) } })
    return { answer, close: () => client.abort() }
  }
  return { clock, exchange, asks, services, done, limits, request }
}

interface Asked {
  readonly body?: object | string
  readonly dialect?: DialectId
  readonly path?: string
  readonly run?: string
  readonly method?: string
  readonly headers?: HeaderFields
  readonly tellsUsage?: boolean
}

export interface Sent {
  readonly answer: Promise<ModelAnswer>
  /** The client closes its connection. */
  close(): void
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

export async function textOf(body: Bytes): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

interface Opened {
  readonly request: ForwardedRequest
  readonly cut: AbortSignal
  resolve(answer: ModelAnswer): void
  reject(error: Error): void
}

function service({ request, cut, resolve, reject }: Opened): Service {
  let push: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (controller) => {
    push = controller
  } })
  const end = (error: Error) => {
    reject(error)
    try {
      push?.error(error)
    } catch (closed) {
      if (!(closed instanceof TypeError)) throw closed
    }
  }
  cut.addEventListener('abort', () => end(new Error('cut')))
  return {
    request, cut, body: textOf(request.body).then((text) => JSON.parse(text) as Record<string, unknown>),
    headers: (status = 200, fields = { 'content-type': 'text/event-stream' }) => resolve({ status, headers: fields, body }),
    send: (piece) => push?.enqueue(Buffer.from(piece)),
    end: () => push?.close(),
    breakOff: () => end(new Error('reset')),
    refuseConnection: () => reject(new Error('no route')),
  }
}

const frame = (data: { readonly type: string; readonly [key: string]: unknown }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
/** A stream of messages: its start, one word, its end. */
export const pieces = {
  start: frame({ type: 'message_start', message: { model: 'm-1', usage: { input_tokens: 100, output_tokens: 1 } } }),
  word: frame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'eight by' } }),
  end: frame({ type: 'message_delta', delta: {}, usage: { output_tokens: 42 } }) + frame({ type: 'message_stop' }),
}
export const whole = pieces.start + pieces.word + pieces.end
