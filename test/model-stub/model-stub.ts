import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { anthropic } from './anthropic.ts'
import { chat } from './chat.ts'
import { type Asked, type Dialect, usage } from './dialect.ts'
import { gemini } from './gemini.ts'
import { modelList } from './model-lists.ts'
import { findPlan, replyTo } from './plan.ts'
import { responses } from './responses.ts'

export interface StubRequest {
  readonly path: string
  readonly body: Record<string, unknown>
  readonly asked: Asked | undefined
  /** True for calls that carry no plan: titles, summaries. */
  readonly side: boolean
  readonly authorization: string
  readonly headers: IncomingHttpHeaders
  /** What it was told to have used; absent where nothing was answered. */
  readonly told?: { readonly input: number; readonly output: number; readonly cacheRead: number }
}

export interface ModelStub {
  readonly url: string
  /** What reached the model, in order. */
  readonly requests: readonly StubRequest[]
  /** The first request, here or still to come, that fits. */
  request(fits: (request: StubRequest) => boolean): Promise<StubRequest>
  /** Drops what is recorded: long sessions say much, again and again. */
  forget(): void
  close(): Promise<void>
}

const dialects: readonly Dialect[] = [anthropic, responses, chat, gemini]

/** A small model server for tests: speaks the vendors' dialects, follows the plan in the prompt, records what it is asked. */
export async function startModelStub(port = 0): Promise<ModelStub> {
  const requests: StubRequest[] = []
  let waiting: { fits: (request: StubRequest) => boolean; resolve: (request: StubRequest) => void }[] = []
  const record = (request: StubRequest) => {
    requests.push(request)
    for (const each of waiting.filter(({ fits }) => fits(request))) each.resolve(request)
    waiting = waiting.filter(({ fits }) => !fits(request))
  }
  const server = createServer((request, response) => {
    answer(request, response, { requests, record }).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  // An egress canary: programs that try to leave through a proxy are refused.
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`,
    requests,
    request: (fits) => {
      const here = requests.find(fits)
      return here === undefined ? new Promise((resolve) => waiting.push({ fits, resolve })) : Promise.resolve(here)
    },
    forget: () => void requests.splice(0),
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Book {
  readonly requests: readonly StubRequest[]
  record(request: StubRequest): void
}

async function answer(request: IncomingMessage, response: ServerResponse, { requests, record }: Book): Promise<void> {
  const path = request.url ?? '/'
  const raw = await readText(request)
  const body = raw.startsWith('{') ? (JSON.parse(raw) as Record<string, unknown>) : {}
  const authorization = request.headers.authorization ?? String(request.headers['x-api-key'] ?? request.headers['x-goog-api-key'] ?? '')
  const dialect = request.method === 'POST' ? dialects.find((each) => each.path.test(path)) : undefined
  if (dialect === undefined) {
    const list = request.method === 'GET' ? modelList(path, request.headers) : undefined
    if (list !== undefined) {
      record({ path, body, asked: undefined, side: true, authorization, headers: request.headers })
      return sendJson(response, list.body, list.status)
    }
    // A socket is asked for where only requests are served.
    if (request.headers.upgrade !== undefined) return sendJson(response, { error: { message: 'no sockets here' } }, 426)
    record({ path, body, asked: undefined, side: true, authorization, headers: request.headers })
    return sendJson(response, path.includes('count_tokens') ? { input_tokens: 1_200 } : { object: 'list', data: [{ id: 'stub-1', object: 'model' }], models: [] })
  }
  const asked = dialect.read(body, path)
  // A request without tools is a title or a summary, also when it quotes the plan.
  const askedBefore = requests.filter((each) => !each.side && each.asked?.prompt === asked.prompt && each.asked.callsDone === asked.callsDone).length
  const reply = replyTo(asked.tools.length === 0 ? undefined : findPlan(asked.prompt), { callsDone: asked.callsDone, askedBefore }, asked.tools, asked.prompt)
  record({ path, body, asked, side: reply.side, authorization, headers: request.headers, ...(reply.error === undefined ? { told: reply.ending === 'whole' ? usage : { ...usage, output: 1 } } : {}) })
  if (reply.error !== undefined) {
    const { status, message = 'the plan says so', headers = {} } = reply.error
    return sendJson(response, dialect.error(status, message), status, headers)
  }
  if (!asked.stream) return sendJson(response, dialect.whole(reply, asked))
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (const frame of dialect.frames(reply, asked)) {
    if (frame === 'pause') return reply.ending === 'cut' ? void setImmediate(() => response.destroy()) : undefined
    const data = typeof frame.data === 'string' ? frame.data : JSON.stringify(frame.data)
    response.write(`${frame.event === undefined ? '' : `event: ${frame.event}\n`}data: ${data}\n\n`)
  }
  response.end()
}

function sendJson(response: ServerResponse, body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
