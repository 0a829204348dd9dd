import { once } from 'node:events'
import { chmod, rename, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { AppError } from '../../spec/app-error.ts'
import { ToEngine } from '../../spec/ports/host-link.ts'
import type { EngineEnd, ToHost } from '../../spec/ports/host-link.ts'
import { createSocketLink } from './socket-link.ts'

export interface ListenOptions {
  onLink(link: EngineEnd): void
  report(problem: string, cause?: unknown): void
}

/** Linux takes 107 bytes, macOS 103. */
const maxPathBytes = 103
const attempts = 5

/**
 * Listens on a unix socket that only this user can open. The socket is also a lock: who listens owns it. One that a
 * crash left behind is taken over.
 * @throws {AppError} 'conflict' when somebody listens there, 'invalid' when the path is too long.
 */
export async function listenUnix(path: string, options: ListenOptions): Promise<{ close(): Promise<void> }> {
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new AppError('invalid', `The socket path ${path} is longer than ${maxPathBytes} bytes. Use a shorter folder (OMNIGENT_HOME).`)
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    options.onLink(createSocketLink<ToHost, ToEngine>(socket, ToEngine, options.report))
  })
  await bind(server, path)
  await chmod(path, 0o600)
  server.on('error', (error) => options.report('listening for hosts', error))
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function bind(server: Server, path: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await tryBind(server, path)) return
    if (await answers(path)) throw taken(path)
    await takeStale(path)
  }
  throw taken(path)
}

/** False when there is a socket already. Binding is the kernel's own test and set. */
async function tryBind(server: Server, path: string): Promise<boolean> {
  const bound = once(server, 'listening')
  server.listen(path)
  try {
    await bound
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw new AppError('unavailable', `Cannot listen at ${path}. Check that the folder is there and yours.`, { cause: error })
  }
}

/** Moves a dead socket away. Looked at again after the move: somebody else may have bound a living one in between. */
async function takeStale(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`
  const moved = await rename(path, aside).then(() => true, () => false) // Somebody else took it away: bind again.
  if (!moved) return
  if (await answers(aside)) {
    await rename(aside, path)
    throw taken(path)
  }
  await rm(aside, { force: true })
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    // Anything but "nobody there" is not ours to take over.
    return !(error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT'))
  } finally {
    socket.destroy()
  }
}

function taken(path: string): AppError {
  return new AppError('conflict', `Another one is running already: ${path} is in use. Stop it first, or use another folder (OMNIGENT_HOME).`)
}
