import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { type ClientHello, maxHelloPieces, readClientHello } from './client-hello.ts'
import { type Authority, normaliseHost, parseAuthority } from './normalise-host.ts'
import { passwordProblem, proxyChallenge } from './proxy-password.ts'
import { headersOf } from './read-target.ts'
import { reachProblem } from './reach-problem.ts'
import { isRefusal, type Refusal, refusalBody } from './refusal.ts'
import type { World } from './world.ts'

/** The doors of a gateway: an explicit proxy, TLS as if to the target, plain HTTP as if to the target. */
export type Entrance = 'proxy' | 'tls' | 'http'

export interface OpenDoor {
  readonly entrance: Entrance
  /** The one that its clients believe to have dialled. */
  readonly port: number
  /** Of a proxy that others on this machine can reach as well. */
  readonly password?: string
}

/** Takes a new connection. */
export function acceptConnection(world: World, server: Server, socket: Socket, door: OpenDoor): void {
  if (!world.connections.add(socket)) return
  socket.setNoDelay(true)
  if (door.entrance === 'tls') {
    startTls(world, server, socket, { port: door.port })
    return
  }
  world.routes.set(socket, door.entrance === 'proxy' ? { entrance: 'proxy', ...(door.password === undefined ? {} : { password: door.password }) } : { entrance: 'http', port: door.port })
  server.emit('connection', socket)
}

/**
 * Answers a CONNECT at once: who may go where is decided on the request inside, where a client can be made to wait and be told.
 */
export function acceptConnect(world: World, server: Server, incoming: IncomingMessage, given: { readonly socket: Duplex; readonly head: Buffer }): void {
  const { socket, head } = given
  // Before it other requests came, which are not answered yet: the answers would get mixed up.
  if (world.connections.isBusy(socket)) {
    socket.destroy()
    return
  }
  const route = world.routes.get(socket)
  const stranger = route?.entrance === 'proxy' ? passwordProblem(incoming, route.password) : undefined
  if (stranger !== undefined) return refuseRaw(socket, stranger)
  const place = route?.entrance === 'proxy' ? readConnect(world, incoming) : notHere
  if (isRefusal(place)) {
    countRefusal(world, incoming.url ?? '', place)
    refuseRaw(socket, place)
    return
  }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
  if (head.length > 0) socket.unshift(head)
  startTls(world, server, socket as Socket, { port: place.port, connect: place }) // Proof: connections are accepted as sockets.
}

const notHere: Refusal = { status: 405, rule: 'gateway/method', message: 'CONNECT is only for the proxy, and not inside of a connection.' }

function readConnect(world: World, incoming: IncomingMessage): Authority | Refusal {
  const place = parseAuthority(incoming.url ?? '', 443, world.protections)
  if (isRefusal(place)) return place
  const hosts = headersOf(incoming, 'host')
  const named = hosts.map((host) => parseAuthority(host, place.port, world.protections))
  if (world.protections.oneHost && hosts.length > 1) return { status: 400, rule: 'gateway/host', message: 'A request has exactly one Host.' }
  if (world.protections.sameAuthority && named.some((each) => isRefusal(each) || each.host !== place.host || each.port !== place.port)) {
    return { status: 421, rule: 'gateway/authority-mismatch', message: 'CONNECT and Host name different places.' }
  }
  return reachProblem(world, { ...place, scheme: 'https' }) ?? place
}

interface TlsPlace {
  readonly port: number
  readonly connect?: Authority
}

/** Reads the first message of TLS, then answers as the host that it names. */
function startTls(world: World, server: Server, socket: Socket, place: TlsPlace): void {
  let bytes = Buffer.alloc(0)
  let reads = 0
  const read = (): void => {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) bytes = Buffer.concat([bytes, chunk]) // Proof: no encoding is set.
    reads += 1
    const found = readClientHello(bytes)
    const hello: ClientHello = found.type === 'incomplete' && reads > maxHelloPieces ? { type: 'malformed' } : found
    if (hello.type === 'incomplete') return
    socket.off('readable', read)
    socket.off('end', onEnd)
    orEnd(world, socket, () => answerHello(world, server, { socket, hello, bytes, place }))
  }
  const onEnd = (): void => void socket.destroy()
  socket.on('readable', read)
  socket.on('end', onEnd)
}

function answerHello(world: World, server: Server, given: { readonly socket: Socket; readonly hello: ClientHello; readonly bytes: Buffer; readonly place: TlsPlace }): void {
  const { socket, hello, bytes, place } = given
  const shown = place.connect?.host ?? (hello.type === 'hello' ? hello.serverName : undefined) ?? ''
  const refuse = (rule: string, message: string, answer: Buffer | string): void => {
    countRefusal(world, shown, { status: 400, rule: `gateway/${rule}`, message })
    socket.end(answer)
  }
  if (hello.type === 'other') {
    const message = 'Only HTTPS leaves by this port: the connection does not begin with TLS.'
    refuse('not-tls', message, isHttp(bytes) ? rawAnswer({ status: 400, rule: 'gateway/not-tls', message }) : `omnibox: ${message}\r\n`)
    return
  }
  if (hello.type !== 'hello') {
    refuse('bad-tls', 'The first message of TLS cannot be read.', alert(decodeError))
    return
  }
  const named = hello.serverName === undefined ? place.connect : normaliseHost(hello.serverName, world.protections)
  if (named === undefined || isRefusal(named)) {
    refuse('no-server-name', 'The connection does not say which host it is for (SNI).', alert(unrecognisedName))
    return
  }
  if (hello.protocols !== undefined && !hello.protocols.includes('http/1.1')) {
    refuse('protocol', `Only HTTP/1.1 is spoken here, the client offers ${hello.protocols.join(', ')}.`, alert(noApplicationProtocol))
    return
  }
  socket.unshift(bytes)
  const inner = new TLSSocket(socket, { isServer: true, secureContext: world.contextFor(named.host), ALPNProtocols: ['http/1.1'] })
  inner.on('error', () => inner.destroy()) // A client that does not trust the certificate, or has gone.
  world.connections.link(inner, socket)
  world.routes.set(inner, { entrance: 'tls', port: place.port, named: named.host, ...(place.connect === undefined ? {} : { connect: place.connect }) })
  inner.once('secure', () => server.emit('connection', inner))
}

/** RFC 8446 §6: a fatal alert in a record of its own. */
const alert = (description: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, description])
const [decodeError, unrecognisedName, noApplicationProtocol] = [50, 112, 120]
const isHttp = (bytes: Buffer): boolean => /^[A-Z]{3,10} \S/.test(bytes.toString('latin1', 0, 64))

function countRefusal(world: World, host: string, { rule }: Refusal): void {
  world.reporter.counted({ id: world.nextId(), scheme: 'https', host: host.slice(0, 255), port: 0, method: 'CONNECT', path: '' }, { verdict: 'denied', by: 'gateway', rule, revision: world.table().revision })
}

/** A bug of ours ends one connection, not the process with all the others. */
export function orEnd(world: World, socket: Duplex, task: () => void): void {
  try {
    task()
  } catch (error) {
    countRefusal(world, '', { status: 500, rule: `gateway/internal: ${error instanceof Error ? error.message : 'unknown'}`, message: '' })
    socket.destroy()
  }
}

/** A refusal where there is no request to answer. */
export function refuseRaw(socket: Duplex, refusal: Refusal): void {
  if (socket.writable) socket.end(rawAnswer(refusal))
  else socket.destroy()
}

function rawAnswer(refusal: Refusal): string {
  const body = refusalBody(refusal)
  const challenge = refusal.status === 407 ? `${proxyChallenge.join(': ')}\r\n` : ''
  return `HTTP/1.1 ${refusal.status} Refused\r\n${challenge}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
}
