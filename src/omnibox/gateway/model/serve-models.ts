import { finished, pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ModelService } from '../../../spec/net/model-service.ts'
import { answerHeaders, requestHeaders } from '../forward-headers.ts'
import type { Exchange, Intercept, OwnRequest } from '../intercept.ts'
import { createScrubStream } from '../scrub-stream.ts'
import { scrubText } from '../relay.ts'
import type { Needle } from '../secret-box.ts'
import { UpstreamError } from '../upstream.ts'
import { refusalBody } from '../refusal.ts'
import { ownJson } from './dialects/own-json.ts'
import { own } from './pending-call.ts'
import { createModelExchange, type ModelExchange } from './model-exchange.ts'
import { carrierOf, readCredential, routeOf, withCredential } from './model-routes.ts'
import type { ForwardedRequest, ModelAnswer, ModelExchangeParts } from './model-traffic.ts'
import { maxRequestBytes } from './request/read-request.ts'

export interface ModelServing {
  /** Takes over what is a session's own call: to a known service, with the stand-in for its credential. */
  readonly intercept: Intercept
  /** Does anybody serve this name inside? */
  serves(host: string): boolean
  /** The turn was interrupted. */
  endRun(reason: string): void
  close(): void
}

interface ServingParts extends Omit<ModelExchangeParts, 'forward'> {
  /** One run at a time goes on in a box. */
  readonly run: string
  /** As they are now. */
  services(): readonly ModelService[]
}

/** Joins the exchange of model calls with the wire of one session. */
export function serveModels(parts: ServingParts): ModelServing {
  const senders = new WeakMap<object, Exchange['send']>()
  const exchange: ModelExchange = createModelExchange({
    ...parts,
    forward: (request, cut) => {
      const send = senders.get(request.route)
      if (send === undefined) throw new TypeError('a model request without its way')
      // Proof: `intercept` gave it.
      const asked = request.route as ModelService
      // As it is when the call is made: an account's token may be another one than when it was asked for.
      const service = parts.services().find(({ host, placeholder, basePath }) => host === asked.host && placeholder === asked.placeholder && basePath === asked.basePath) ?? asked
      return forward(service, request, { send, cut })
    },
  })
  return {
    intercept(request, { incoming, outgoing, signal, send }) {
      const host = request.port === 443 ? request.host : `${request.host}:${request.port}`
      const path = incoming.url ?? '/'
      const credential = readCredential({ headers: incoming.headers, path })
      const service = routeOf(parts.services().filter(({ placeholder }) => placeholder === credential), host, request.path)
      if (service === undefined) return false
      if (request.upgrade !== undefined) {
        // Programs that prefer a socket go on without one when they hear so.
        void write(own(ownJson(426, { error: { type: 'upgrade_required', message: 'Calls to a model over a socket can not be counted here: use plain requests.' } })), outgoing).catch(() => outgoing.destroy())
        return true
      }
      // An object of its own: it is what the exchange gives back when the call is made.
      const route = { ...service }
      senders.set(route, send)
      if (incoming.headers.expect !== undefined) outgoing.writeContinue()
      void exchange.handle({ run: parts.run, route, method: request.method, path: pathOf(request), headers: incoming.headers, body: incoming, gone: signal })
        .then((answer) => write(answer, outgoing), (error: unknown) => fail(error, outgoing))
        .catch(() => outgoing.destroy()) // The client is gone.
      return true
    },
    serves: (host) => parts.services().some((service) => service.host === host),
    endRun: (reason) => exchange.endRun(parts.run, reason),
    close: () => exchange.close(),
  }
}

const pathOf = ({ path, query }: { readonly path: string; readonly query?: string | undefined }): string => (query === undefined ? path : `${path}?${query}`)

/** To the service, with its real credential where the call was understood. */
async function forward(service: ModelService, request: ForwardedRequest, { send, cut }: { readonly send: Exchange['send']; readonly cut: AbortSignal }): Promise<ModelAnswer> {
  const { credential } = service
  const real = request.dialect === undefined || credential === undefined ? undefined : { scheme: carrierOf(request), value: credential }
  const { headers, path } = withCredential(request, real)
  const place = service.address === undefined ? { host: request.route.host, path } : placeAt(service.address, path.slice(request.route.basePath.length))
  const body = await readAll(request.body)
  const response = await send({ ...hostAndPort(place.host), ...('scheme' in place ? { scheme: place.scheme, configured: true } : {}), method: request.method, path: place.path, headers: requestHeaders(real === undefined ? headers : { ...headers, ...service.headers }, body.length), ...(body.length === 0 ? {} : { body }), signal: cut } satisfies OwnRequest)
  return answerOf(response, needlesOf(service))
}

/** A service may repeat a key in its words: a text of the same length takes its place. */
function needlesOf({ placeholder, credential }: { readonly placeholder: string; readonly credential?: string | undefined }): Needle[] {
  if (credential === undefined) return []
  const put = placeholder.length === credential.length ? placeholder : '*'.repeat(credential.length)
  return [{ find: Buffer.from(credential, 'latin1'), put: Buffer.from(put, 'latin1') }]
}

function placeAt(address: string, rest: string): { readonly scheme: 'http' | 'https'; readonly host: string; readonly path: string } {
  const { protocol, host, pathname } = new URL(address)
  return { scheme: protocol === 'http:' ? 'http' : 'https', host, path: `${pathname.replace(/\/+$/, '')}${rest.startsWith('/') ? rest : `/${rest}`}` }
}

function hostAndPort(host: string): { readonly host: string; readonly port?: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(host)
  const name = found?.[1] ?? found?.[2] ?? host
  return found?.[3] === undefined ? { host: name } : { host: name, port: Number(found[3]) }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxRequestBytes) throw new UpstreamError({ status: 413, rule: 'gateway/too-large', message: `The request is larger than ${maxRequestBytes / 1024 / 1024} MiB.` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function answerOf(response: IncomingMessage, needles: readonly Needle[]): ModelAnswer {
  const headers: Record<string, string | string[]> = {}
  const raw = answerHeaders(response.rawHeaders, { unpacked: false, scrub: (text) => scrubText(text, needles) })
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at]?.toLowerCase(), raw[at + 1]]
    const before = headers[name]
    headers[name] = before === undefined ? value : [before, value].flat()
  }
  // Packed bytes can not be searched; they were not asked for.
  const searched = needles.length > 0 && headers['content-encoding'] === undefined
  const body = searched ? response.pipe(createScrubStream(needles)).on('close', () => response.destroy()) : response
  if (searched) response.once('close', () => response.complete || body.destroy())
  return { status: response.statusCode ?? 502, headers, body }
}

async function write({ status, headers, body }: ModelAnswer, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(status, Object.fromEntries(Object.entries(headers).filter((each): each is [string, string | string[]] => each[1] !== undefined)))
  outgoing.flushHeaders()
  await pipeline(Readable.from(body), outgoing)
}

async function fail(error: unknown, outgoing: ServerResponse): Promise<void> {
  if (outgoing.headersSent || outgoing.destroyed) return void outgoing.destroy()
  const refusal = error instanceof UpstreamError ? error.refusal : { status: 502, rule: 'gateway/unreachable', message: 'The model service could not be reached.' }
  outgoing.writeHead(refusal.status, { 'content-type': 'application/json' })
  outgoing.end(refusalBody(refusal))
  await finished(outgoing)
}
