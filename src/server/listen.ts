import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { AppError } from '../spec/app-error.ts'
import { errorReply } from './error-response.ts'
import { type App, createApp } from './create-app.ts'
import { LiveSocket } from './live-socket.ts'
import type { ServerDeps } from './server-deps.ts'

export interface Listening {
  readonly port: number
  /** Ends connections and resolves when the port is free. */
  close(): Promise<void>
}

const tokenProtocol = 'omnigent.token.'
const liveProtocol = 'omnigent.v1'
const maxMessageBytes = 256 * 1024

/** Serves the API, the live socket and the page on one port. @throws {AppError} 'conflict' when the port is taken. */
export async function listen(deps: ServerDeps, at: { readonly port: number; readonly address: string }): Promise<Listening> {
  const app = createApp(deps)
  // Node's http server is what this adapter makes without TLS options.
  const server = createAdaptorServer({ fetch: app.hono.fetch }) as Server
  const sockets = new WebSocketServer({
    noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes,
    handleProtocols: (offered) => (offered.has(liveProtocol) ? liveProtocol : false),
  })
  server.on('upgrade', (request, socket, head) => upgrade(app, deps, sockets, { request, socket, head }))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, at.port)))
    server.listen(at.port, at.address, resolve)
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : at.port,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function upgrade(app: App, deps: ServerDeps, sockets: WebSocketServer, { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer }): void {
  socket.on('error', () => socket.destroy())
  try {
    const { headers } = request
    if (new URL(request.url ?? '/', 'http://local').pathname !== '/v1/live') throw new AppError('not_found', 'There is no such socket.')
    const offered = headers['sec-websocket-protocol']?.split(',').map((each) => each.trim()).find((each) => each.startsWith(tokenProtocol))
    const knock = {
      host: headers.host, origin: headers.origin, authorization: headers.authorization, cookie: headers.cookie,
      ...(offered === undefined ? {} : { offered: offered.slice(tokenProtocol.length) }),
    }
    app.guard.checkPlace(knock)
    app.guard.checkToken(knock)
    sockets.handleUpgrade(request, socket, head, (client) => {
      app.counts.sockets += 1
      client.once('close', () => {
        app.counts.sockets -= 1
      })
      void new LiveSocket(client, deps)
    })
  } catch (error) {
    const { status, body } = errorReply(error, deps.report)
    const text = JSON.stringify(body)
    socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`)
  }
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new AppError('conflict', `Port ${port} is taken by another program. Stop it, or choose another: omni server start --port N`, { cause: error })
}
