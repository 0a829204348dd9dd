import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { acceptConnect, orEnd, refuseRaw } from './accept-connection.ts'
import { handleRequest } from './handle-request.ts'
import type { Refusal } from './refusal.ts'
import type { World } from './world.ts'

/**
 * The one parser of all entrances: Node's strict one. It listens nowhere; connections are given to it, those with TLS after
 * their handshake.
 */
export function createHttpServer(world: World): Server {
  const { protections, limits } = world
  const server = createServer({
    insecureHTTPParser: !protections.strictParser, maxHeaderSize: limits.maxHeadBytes, requireHostHeader: false, keepAliveTimeout: 75_000, requestTimeout: 0, headersTimeout: 0,
    shouldUpgradeCallback: (incoming) => !protections.onlyWebSocket || (incoming.method === 'GET' && incoming.headers.upgrade?.toLowerCase() === 'websocket'),
  })
  // Node would leave headers out beyond it; what is too much is refused by count and size.
  server.maxHeadersCount = 0
  server.on('request', (incoming, outgoing) => handle(world, { incoming, outgoing, expects: false }))
  server.on('checkContinue', (incoming, outgoing) => handle(world, { incoming, outgoing, expects: true }))
  server.on('upgrade', (incoming, socket, head) => orEnd(world, socket, () => {
    // Before it other requests came, which are not answered yet.
    if (world.connections.isBusy(socket)) {
      socket.destroy()
      return
    }
    // A response of its own: until the other protocol begins, refusals are HTTP.
    const outgoing = new ServerResponse(incoming)
    outgoing.shouldKeepAlive = false
    outgoing.assignSocket(incoming.socket)
    outgoing.once('finish', () => socket.end())
    socket.on('error', () => socket.destroy()) // Its end is what counts.
    handle(world, { incoming, outgoing, expects: false, upgradeHead: head })
  }))
  server.on('connect', (incoming, socket, head) => orEnd(world, socket, () => acceptConnect(world, server, incoming, { socket, head })))
  server.on('clientError', (error, socket) => refuseUnreadable(world, error, socket))
  return server
}

const over = 'the client has its answer, or has gone'

function handle(world: World, arrived: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse; readonly expects: boolean; readonly upgradeHead?: Buffer }): void {
  const { incoming, outgoing } = arrived
  const { socket } = incoming
  const controller = new AbortController()
  world.connections.began(socket)
  outgoing.once('close', () => {
    world.connections.ended(socket)
    controller.abort(over) // A reason of our own: the default one is an error with a stack, made for every request.
  })
  outgoing.on('error', () => outgoing.destroy()) // The client has gone.
  incoming.on('error', () => undefined) // As before: `outgoing` closes as well.
  const route = world.routes.get(socket)
  const done = route === undefined ? Promise.reject(new Error('a connection came by no door')) : handleRequest(world, { ...arrived, live: controller.signal }, route)
  done.catch((error: unknown) => {
    // A bug of ours must neither let a request through nor take the others with it.
    world.reporter.counted({ id: world.nextId(), scheme: 'https', host: '', port: 0, method: incoming.method ?? '', path: '' }, { verdict: 'denied', by: 'gateway', rule: `gateway/internal: ${error instanceof Error ? error.message : 'unknown'}`, revision: world.table().revision })
    outgoing.destroy()
    socket.destroy()
  })
}

/** A head that no strict reader takes: smuggling, floods, other protocols. */
function refuseUnreadable(world: World, error: Error & { readonly code?: string }, socket: Duplex): void {
  const code = error.code ?? ''
  // In the middle of an answer a second one would be read as its body.
  if (code === 'ECONNRESET' || !socket.writable || world.connections.isBusy(socket)) {
    socket.destroy()
    return
  }
  const refusal: Refusal = code === 'HPE_HEADER_OVERFLOW' ? { status: 431, rule: 'gateway/head-too-large', message: 'The head of the request is too large.' } : { status: 400, rule: 'gateway/malformed', message: `The request is no strict HTTP/1.1 (${code}).` }
  world.reporter.counted({ id: world.nextId(), scheme: 'https', host: '', port: 0, method: '', path: '' }, { verdict: 'denied', by: 'gateway', rule: refusal.rule, revision: world.table().revision })
  refuseRaw(socket, refusal)
}
