import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../../spec/ports/clock.ts'
import type { AddressGuard } from './addresses.ts'
import type { Limits } from './limits.ts'
import type { Protections } from './protections.ts'
import { authorityOf } from '../../spec/net/usual-port.ts'
import type { Refusal } from './refusal.ts'

/** Gives the addresses of a name. @throws anything when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>

export interface UpstreamRequest {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly method: string
  readonly path: string
  /** Names and values in turn, as they are sent; Host is put before them. */
  readonly headers: readonly string[]
}

/** No answer came; `refusal` says why in words for the client. */
export class UpstreamError extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal, options?: { cause?: unknown }) {
    super(refusal.message, options)
    this.name = 'UpstreamError'
    this.refusal = refusal
  }
}

export interface Upstream {
  /** Starts a request; its connection comes from the pool of this session and origin, or is made. Errors are events of it. */
  open(request: UpstreamRequest): ClientRequest
  close(): void
}

export interface UpstreamOptions {
  readonly resolve: Resolve
  readonly guard: AddressGuard
  readonly clock: Clock
  readonly limits: Limits
  readonly protections: Protections
  /** PEM of the roots that upstreams are verified with; those of Node by default. */
  readonly roots?: readonly string[]
}

/** Connects to upstreams: a name is resolved once per connection, and the very address that was checked is dialled. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { clock, limits, protections } = options
  const lookup = checkedLookup(options)
  const pool = { keepAlive: true, maxFreeSockets: 16, scheduling: 'lifo', lookup } as const
  const http = new HttpAgent(pool)
  const https = new HttpsAgent({ ...pool, ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2', rejectUnauthorized: protections.verifyUpstream, ...(options.roots === undefined ? {} : { ca: [...options.roots] }) })
  return {
    open({ scheme, host, port, method, path, headers }) {
      const shown = authorityOf({ scheme, host, port })
      const name = isIP(host) === 0 ? { servername: host } : { servername: '' }
      const common = { host, port, method, path, headers: ['Host', shown, ...headers], maxHeaderSize: limits.maxAnswerHeadBytes, insecureHTTPParser: false }
      const request = scheme === 'https' ? httpsRequest({ ...common, ...name, agent: https }) : httpRequest({ ...common, agent: http })
      // An address is not looked up, so it is checked here.
      if (isIP(host) !== 0 && protections.privateAddresses && !options.guard.permits(host)) request.destroy(new UpstreamError(notPublic(host)))
      limitConnect(request, clock, limits.connectMs)
      return request
    },
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

function checkedLookup({ resolve, guard, protections }: UpstreamOptions): LookupFunction {
  const find = async (host: string): Promise<{ address: string; family: number }[]> => {
    const found = await resolve(host).catch((cause: unknown) => {
      throw new UpstreamError({ status: 502, rule: 'gateway/no-such-host', message: `There is no address for ${host}.` }, { cause })
    })
    const permitted = found.filter((address) => isIP(address) !== 0 && (!protections.privateAddresses || guard.permits(address)))
    if (found.length === 0) throw new UpstreamError({ status: 502, rule: 'gateway/no-such-host', message: `There is no address for ${host}.` })
    if (permitted.length === 0) throw new UpstreamError(notPublic(host))
    return permitted.map((address) => ({ address, family: isIP(address) }))
  }
  const answer = async (...[host, { all }, callback]: Parameters<LookupFunction>): Promise<void> => {
    const found = await find(host).catch((error: unknown) => (error instanceof Error ? error : new Error('no address', { cause: error })))
    if (found instanceof Error) callback(found, [])
    else if (all === true) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  }
  return (...question) => void answer(...question)
}

const notPublic = (host: string): Refusal => ({ status: 403, rule: 'gateway/private-address', message: `${host} is an address of a private network or of this machine, which no session may reach.` })

function limitConnect(request: ClientRequest, clock: Clock, connectMs: number): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return
    const cancel = clock.after(connectMs, () => request.destroy(new UpstreamError({ status: 504, rule: 'gateway/connect-timeout', message: `No connection within ${connectMs / 1_000} seconds.` })))
    // A server may take the connection and then never finish its handshake.
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', cancel)
    request.once('close', cancel)
  })
}

/** Why no answer came, in words for the client. */
export function refusalOf(error: Error): Refusal {
  if (error instanceof UpstreamError) return error.refusal
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return { status: 502, rule: 'gateway/malformed-answer', message: `The server's answer is no HTTP/1.1 (${code}).` }
  if (/^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|ERR_SSL_)/.test(code)) return { status: 502, rule: 'gateway/upstream-tls', message: `The server could not prove who it is, or speaks no TLS (${code}).` }
  return { status: 502, rule: 'gateway/unreachable', message: `The server gave no answer (${code === '' ? 'closed' : code}).` }
}
