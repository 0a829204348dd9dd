import { createServer, type Server } from 'node:net'
import { AppError } from '../../spec/app-error.ts'
import type { DoorSource } from '../../spec/ports/way-out.ts'

/** A proxy on this machine's own loopback, where every local process can come: its password keeps the others out. */
export interface ProxyDoor extends DoorSource {
  /** The same as long as the box lives, whoever listens. */
  readonly port: number
  /** Whoever was given the door keeps it. */
  close(): Promise<void>
}

/**
 * Opens it at a port that the system chooses. That port is kept over the lives of gateways as far as the system lets it: where another
 * program has taken it meanwhile, the door stays closed.
 * @throws {AppError} 'unavailable'
 */
export async function openProxyDoor(password: string): Promise<ProxyDoor> {
  let waiting: Server | undefined = await listenAt(0)
  const port = portOf(waiting)
  return {
    port,
    async listen() {
      const server = waiting ?? (await listenAt(port))
      waiting = undefined
      return [{ kind: 'proxy', server, password }]
    },
    async close() {
      const server = waiting
      waiting = undefined
      if (server !== undefined) await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}

function listenAt(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new AppError('unavailable', `The sandbox can not be given a way out: ${cause.message}.`, { cause })))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a server listens on no port')
  return address.port
}
