import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import { closeSync, openSync } from 'node:fs'
import type { Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { AppError } from '../../spec/app-error.ts'
import type { Door, DoorSource } from '../../spec/ports/way-out.ts'
import { needTool } from '../process/find-tool.ts'

/** A network of a session's own: it reaches nothing but the sockets that are listened on in it. */
export interface NetNamespace extends DoorSource {
  /** Descriptors of its namespaces, for `nsenter`. */
  readonly userFd: number
  readonly netFd: number
  /** What runs in it stays cut off. */
  close(): void
}

/** Where `http_proxy` points, inside. */
export const proxyPort = 3_128
const ports = [String(proxyPort), '443', '80']

/**
 * Makes one. Needs `unshare`, `nsenter` and `ip`, and no rights.
 * @param program how `netns-program.ts` is run: words of its own command line
 * @throws {AppError} 'unavailable' with what is missing, or what the machine refuses
 */
export async function openNetNamespace(program: readonly string[]): Promise<NetNamespace> {
  const [unshare, nsenter, ip] = [needTool('unshare', 'util-linux'), needTool('nsenter', 'util-linux'), needTool('ip', 'iproute2', 'iproute')]
  const child = spawn(unshare, ['--user', '--map-root-user', '--net', '--', ...program, ip, ...ports], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: {}, cwd: '/' })
  const made = await socketsOf(child, () => ({ userFd: openSync(`/proc/${child.pid}/ns/user`, 'r'), netFd: openSync(`/proc/${child.pid}/ns/net`, 'r') }))
  const { userFd, netFd } = made.value
  // The first doors came with the namespace.
  let waiting: readonly Door[] | undefined = made.doors
  return {
    userFd, netFd,
    async listen() {
      const first = waiting
      waiting = undefined
      if (first !== undefined) return first
      const again = spawn(nsenter, ['--user=/proc/self/fd/4', '--net=/proc/self/fd/5', '--preserve-credentials', '--', ...program, '', ...ports], { stdio: ['ignore', 'ignore', 'pipe', 'ipc', userFd, netFd], env: {}, cwd: '/' })
      return (await socketsOf(again, () => undefined)).doors
    },
    close() {
      for (const door of waiting ?? []) closeDoor(door)
      for (const fd of [userFd, netFd]) closeSync(fd)
    },
  }
}

export function closeDoor(door: Door): void {
  if (door.kind === 'dns') door.socket.close()
  else door.server.close()
}

/** What netns-program.ts hands over, taken once it is ready and before it ends. @throws {AppError} 'unavailable' */
async function socketsOf<Value>(child: ChildProcess, take: () => Value): Promise<{ readonly doors: readonly Door[]; readonly value: Value }> {
  const said = child.stderr === null ? Promise.resolve('') : text(child.stderr)
  const doors: Door[] = []
  const made = Promise.withResolvers<Value>()
  child.on('message', (message: { kind: Door['kind'] | 'ready' | 'failed'; reason?: string }, handle) => {
    if (message.kind === 'failed') return made.reject(refused(message.reason ?? ''))
    // Proof: what netns-program.ts sends with it.
    if (message.kind !== 'ready') return void doors.push(message.kind === 'dns' ? { kind: 'dns', socket: handle as DatagramSocket } : { kind: message.kind, server: handle as Server })
    try {
      made.resolve(take())
    } catch (error) {
      made.reject(refused(error instanceof Error ? error.message : String(error)))
    }
  })
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => (made.reject(refused(error.message)), resolve()))
    child.once('exit', (code) => void said.then((words) => (made.reject(refused(words.trim().split('\n').at(-1) ?? `it ended with ${code}`)), resolve())))
  })
  try {
    const value = await made.promise
    // It shares the sockets as long as it lives, and would take connections away.
    child.send({})
    await ended
    return { doors, value }
  } catch (error) {
    for (const door of doors) closeDoor(door)
    throw error
  }
}

const refused = (reason: string): AppError => new AppError('unavailable', `The sandbox can not be given a network of its own: ${reason}. This machine may refuse user namespaces: see omni doctor.`)
