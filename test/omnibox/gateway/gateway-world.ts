import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type TLSSocket } from 'node:tls'
import { type CertificateAuthority, createCertificateAuthority } from '../../../src/omnibox/gateway/certificates.ts'
import type { GatewayEvent } from '../../../src/spec/net/gateway-event.ts'
import type { NetRequest, NetVerdict } from '../../../src/spec/net/net-request.ts'
import { type GatewayOptions, openSessionGateway, type SessionGateway } from '../../../src/omnibox/gateway/session-gateway.ts'
import type { TableRule } from '../../../src/spec/net/static-table.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** A gateway with real sockets: upstreams with their own root on loopback, every name of which leads to them. */
export interface GatewayWorld {
  readonly gateway: SessionGateway
  readonly clock: ManualClock
  readonly authority: CertificateAuthority
  readonly events: GatewayEvent[]
  readonly asked: NetRequest[]
  /** Ports: of the two upstreams, of the three doors. */
  readonly ports: { readonly https: number; readonly http: number; readonly proxy: number; readonly tls: number; readonly plain: number }
  readonly upstream: HttpsServer
  /** Opens a connection through CONNECT, or the door for TLS, and shakes hands. */
  openTls(options?: TlsDoor): Promise<TLSSocket>
  /** Sends text over TLS and gives everything that comes back, until the other side closes. */
  sendTls(text: string, options?: TlsDoor): Promise<string>
  /** The same to a door as it is. */
  sendPlain(text: string, door?: 'proxy' | 'tls' | 'plain'): Promise<string>
  close(): Promise<void>
}

export interface TlsDoor {
  /** What CONNECT names; without a `connect` the connection goes to the door for TLS. */
  readonly connect?: string | undefined
  readonly sni?: string
  readonly protocols?: readonly string[]
}

export interface WorldOptions extends Partial<Omit<GatewayOptions, 'clock' | 'ids' | 'report' | 'authority'>> {
  /** Answers for every host, over TLS and in the open. */
  readonly serve?: RequestListener
  readonly rules?: readonly TableRule[]
  /** Of the table without further rows; the upstreams' ports are open in any case. */
  readonly otherwise?: 'authorize' | 'deny'
}

export const allow: NetVerdict = { type: 'allow' }

export async function openGatewayWorld(options: WorldOptions = {}): Promise<GatewayWorld> {
  const clock = new ManualClock(Date.now())
  const root = createCertificateAuthority({ session: 'upstream', now: () => clock.now() })
  const authority = createCertificateAuthority({ session: 'ses_1', now: () => clock.now() })
  const serve: RequestListener = options.serve ?? ((request, response) => response.end(`${request.method} ${request.headers.host} ${request.url}`))
  const upstream = createHttpsServer({ key: root.leafKey, cert: root.leafFor('default.test'), SNICallback: (name, done) => done(null, createSecureContext({ key: root.leafKey, cert: root.leafFor(name) })) }, serve)
  const open = createHttpServer(serve)
  const doors = { proxy: createServer(), tls: createServer(), plain: createServer() }
  const [https = 0, http = 0, proxy = 0, tls = 0, plain = 0] = await Promise.all([upstream, open, doors.proxy, doors.tls, doors.plain].map(listen))
  const events: GatewayEvent[] = []
  const asked: NetRequest[] = []
  const { rules = [], otherwise = 'authorize', authorize, serve: _serve, ...rest } = options
  const table = { revision: 1, rules: [...rules, ...[https, http].map((port): TableRule => ({ rule: 'test/port', host: '*', port, action: 'authorize' }))], otherwise }
  const gateway = openSessionGateway({
    session: 'ses_1', clock, ids: countingIds(), authority, table, report: (event) => void events.push(event), resolve: () => Promise.resolve(['127.0.0.1']), exceptions: [{ address: '127.0.0.1' }], upstreamRoots: [root.root],
    authorize: (request, signal) => {
      asked.push(request)
      return authorize?.(request, signal) ?? Promise.resolve(allow)
    },
    ...rest,
  })
  gateway.serve('proxy', doors.proxy)
  gateway.serve('tls', doors.tls, { port: https })
  gateway.serve('http', doors.plain, { port: http })

  const openTls: GatewayWorld['openTls'] = async ({ connect, sni = 'a.test', protocols } = {}) => {
    const socket = connectTcp(connect === undefined ? tls : proxy, '127.0.0.1')
    await once(socket, 'connect')
    if (connect !== undefined) {
      socket.write(`CONNECT ${connect} HTTP/1.1\r\nHost: ${connect}\r\n\r\n`)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      if (!answer.toString().startsWith('HTTP/1.1 200')) throw new Error(answer.toString())
    }
    const inner = connectTls({ socket, ca: authority.root, ...(sni === '' ? {} : { servername: sni }), checkServerIdentity: () => undefined, ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }) })
    await once(inner, 'secureConnect')
    inner.on('error', () => undefined) // A reset is an end as well.
    return inner
  }
  return {
    gateway, clock, authority, events, asked, upstream, ports: { https, http, proxy, tls, plain }, openTls,
    async sendTls(text, door) {
      const socket = await openTls(door)
      socket.write(text, 'latin1')
      return untilClosed(socket)
    },
    async sendPlain(text, door = 'proxy') {
      const socket = connectTcp({ proxy, tls, plain }[door], '127.0.0.1')
      socket.write(text, 'latin1')
      return untilClosed(socket)
    },
    async close() {
      await gateway.close()
      upstream.closeAllConnections()
      open.closeAllConnections()
      await Promise.all([upstream, open].map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // Proof: it listens on a port.
}

export async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined) // A reset is an answer as well.
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

/** A request as a client writes it; the connection is closed after it. */
export const requestText = (host: string, { method = 'GET', path = '/', headers = [], body = '' }: { readonly method?: string; readonly path?: string; readonly headers?: readonly string[]; readonly body?: string } = {}): string =>
  `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n${body}`

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
/** The body of an answer; one sent in chunks is put together, wherever it was cut. */
export function bodyOf(answer: string): string {
  const at = answer.indexOf('\r\n\r\n')
  const body = answer.slice(at + 4)
  return /^transfer-encoding: chunked$/im.test(answer.slice(0, at)) ? whole(body) : body
}

function whole(chunks: string): string {
  const [head = '', size] = /^([0-9a-f]+)\r\n/i.exec(chunks) ?? []
  const length = Number.parseInt(size ?? '0', 16)
  return length === 0 ? '' : chunks.slice(head.length, head.length + length) + whole(chunks.slice(head.length + length + 2))
}
