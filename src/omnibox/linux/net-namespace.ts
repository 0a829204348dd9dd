import { spawn } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import { closeSync, openSync } from 'node:fs'
import type { Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { AppError } from '../../spec/app-error.ts'
import { needTool } from '../process/find-tool.ts'

/** A network of a session's own: it reaches nothing but the sockets that are listened on in it. */
export interface NetNamespace {
  /** Descriptors of its namespaces, for `nsenter`. */
  readonly userFd: number
  readonly netFd: number
  /** Accept straight from the box: what it sends to any address on port 443 and 80, and what asks a proxy or for a name. */
  readonly tls: Server
  readonly http: Server
  readonly proxy: Server
  readonly dns: DatagramSocket
  /** What runs in it stays cut off. */
  close(): void
}

/** Where `http_proxy` points, inside. */
export const proxyPort = 3_128

/**
 * Makes one. Needs `unshare` and `ip`, and no rights.
 * @param program how `netns-program.ts` is run: words of its own command line
 * @throws {AppError} 'unavailable' with what is missing, or what the machine refuses
 */
export async function openNetNamespace(program: readonly string[]): Promise<NetNamespace> {
  const [unshare, ip] = [needTool('unshare', 'util-linux'), needTool('ip', 'iproute2', 'iproute')]
  const child = spawn(unshare, ['--user', '--map-root-user', '--net', '--', ...program, ip, String(proxyPort), '443', '80'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: {}, cwd: '/' })
  const said = text(child.stderr ?? emptyStream())
  const found = new Map<string, Server | DatagramSocket>()
  const made = Promise.withResolvers<{ userFd: number; netFd: number }>()
  child.on('message', (message: { kind: string; reason?: string }, handle) => {
    if (message.kind === 'failed') return made.reject(refused(message.reason ?? ''))
    if (message.kind !== 'ready') return void found.set(message.kind, handle as Server | DatagramSocket) // Proof: what netns-program.ts sends with it.
    try {
      made.resolve({ userFd: openSync(`/proc/${child.pid}/ns/user`, 'r'), netFd: openSync(`/proc/${child.pid}/ns/net`, 'r') })
    } catch (error) {
      made.reject(refused(error instanceof Error ? error.message : String(error)))
    }
  })
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => (made.reject(refused(error.message)), resolve()))
    child.once('exit', (code) => void said.then((words) => (made.reject(refused(words.trim().split('\n').at(-1) ?? `it ended with ${code}`)), resolve())))
  })
  const descriptors = await made.promise
  // It shares the sockets as long as it lives, and would take connections away.
  child.send({})
  await ended
  return {
    ...descriptors,
    // Proof: netns-program.ts sends these four before it is ready.
    tls: found.get('tls') as Server, http: found.get('http') as Server, proxy: found.get('proxy') as Server, dns: found.get('dns') as DatagramSocket,
    close() {
      for (const socket of found.values()) socket.close()
      for (const fd of Object.values(descriptors)) closeSync(fd)
    },
  }
}

const refused = (reason: string): AppError => new AppError('unavailable', `The sandbox can not be given a network of its own: ${reason}. This machine may refuse user namespaces: see omni doctor.`)

async function* emptyStream(): AsyncGenerator<Buffer> {}
