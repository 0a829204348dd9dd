import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createModelExchange } from '../../../src/omnibox/gateway/model/model-exchange.ts'
import type { DoneCall, ForwardedRequest, ModelAnswer, ModelVerdict, WantedCall } from '../../../src/omnibox/gateway/model/model-traffic.ts'
import { carrierOf, readCredential, withCredential } from '../../../src/omnibox/gateway/model/model-routes.ts'
import { realClock } from '../../support/real-clock.ts'

export interface Forwarder {
  readonly url: string
  readonly wanted: readonly WantedCall[]
  readonly done: readonly DoneCall[]
  /** Connections of clients that are over. */
  readonly closed: number
  /** What every call is told from now on. */
  verdict: (call: WantedCall) => Promise<ModelVerdict> | ModelVerdict
  close(): Promise<void>
}

/** The smallest thing that puts the exchange on a wire: HTTP in, HTTP out to one service, no TLS. */
export async function startForwarder(service: string, realKey: string): Promise<Forwarder> {
  const [wanted, done]: [WantedCall[], DoneCall[]] = [[], []]
  let closed = 0
  const exchange = createModelExchange({
    clock: realClock, nextCall: () => `call_${wanted.length + 1}`, patienceMs: () => 600_000, limited: () => undefined,
    want: async (call) => {
      wanted.push(call)
      return forwarder.verdict(call)
    },
    forward: (request, cut) => forward(service, realKey, { request, cut }),
    done: (call) => void done.push(call),
  })
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.on('close', () => {
      closed += 1
      gone.abort()
    })
    const path = request.url ?? '/'
    const run = readCredential({ headers: request.headers, path }) ?? ''
    const route = { host: 'stub', basePath: '', dialects: ['messages', 'responses', 'chat-completions', 'generate-content'] as const }
    exchange.handle({ run, route, method: request.method ?? 'GET', path, headers: request.headers, body: request, gone: gone.signal })
      .then((answer) => send(answer, response)).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const forwarder: Forwarder = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, wanted, done, verdict: () => ({ type: 'allow' }),
    get closed() {
      return closed
    },
    close: async () => {
      exchange.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return forwarder
}

async function forward(service: string, realKey: string, { request, cut }: { readonly request: ForwardedRequest; readonly cut: AbortSignal }): Promise<ModelAnswer> {
  const { dialect } = request
  const { headers, path } = withCredential(request, dialect === undefined ? undefined : { scheme: carrierOf(request), value: realKey })
  // Proof: no value is undefined; names of hop-by-hop headers were removed with the connection they belong to.
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !['host', 'connection'].includes(name))) as Record<string, string>
  const body = await text(request.body)
  return new Promise((resolve, reject) => {
    const outgoing = openRequest(`${service}${path}`, { method: request.method, headers: sent, signal: cut }, (answer: IncomingMessage) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: answer }))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function send({ status, headers, body }: ModelAnswer, response: ServerResponse): Promise<void> {
  const { connection: _connection, 'transfer-encoding': _encoding, ...kept } = headers
  response.writeHead(status, Object.fromEntries(Object.entries(kept).filter((each): each is [string, string | string[]] => each[1] !== undefined)))
  for await (const chunk of body) response.write(chunk)
  response.end()
}
