import { type ChildProcess, execFile, spawn } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { AppError } from '../../spec/app-error.ts'
import type { Door, DoorSource } from '../../spec/ports/way-out.ts'
import { findTool, needTool } from '../process/find-tool.ts'

/** A network of a session's own: it reaches nothing but the sockets that are listened on in it. */
export interface NetNamespace extends DoorSource {
  /** Descriptors of its namespaces, for `nsenter`. */
  readonly userFd: number
  readonly netFd: number
  /** Every address of the internet leads to its doors; else names alone do. */
  readonly hasRoutes: boolean
  /** What runs in it stays cut off. */
  close(): void
}

export interface NetNamespaceOptions {
  /** How `netns-program.ts` is run: words of its own command line. */
  readonly program: readonly string[]
  /** False: no routes, as on a machine that has no `ip` or lets nobody make them. */
  readonly routes?: boolean
}

/** Where `http_proxy` points, inside. */
export const proxyPort = 3_128
const ports = [String(proxyPort), '443', '80']

const run = promisify(execFile)

/**
 * Makes one. Needs bubblewrap and `nsenter`, and no rights: bubblewrap is the one program that machines which refuse namespaces to others may
 * allow them to. With `ip` every address leads to the gateway; without, names have the address of the loopback, where the same doors are.
 * @throws {AppError} 'unavailable' with what is missing, or what the machine refuses
 */
export async function openNetNamespace({ program, routes = true }: NetNamespaceOptions): Promise<NetNamespace> {
  const [bwrap, nsenter] = [needTool('bwrap', 'bubblewrap'), needTool('nsenter', 'util-linux')]
  const holder = spawn(bwrap, ['--unshare-user', '--uid', '0', '--gid', '0', '--unshare-net', '--ro-bind', '/', '/', '--die-with-parent', '--', '/bin/sh', '-c', 'echo $$; read -r _'], { stdio: ['pipe', 'pipe', 'pipe'], env: {}, cwd: '/' })
  try {
    const pid = await pidOf(holder)
    const at = `/proc/${pid}/ns`
    const hasRoutes = routes && (await addRoutes([nsenter, `--user=${at}/user`, `--net=${at}/net`, '--preserve-credentials', '--']))
    const [userFd, netFd] = [openSync(`${at}/user`, 'r'), openSync(`${at}/net`, 'r')]
    return {
      userFd, netFd, hasRoutes,
      listen: () => socketsOf(spawn(nsenter, ['--user=/proc/self/fd/4', '--net=/proc/self/fd/5', '--preserve-credentials', '--', ...program, ...ports], { stdio: ['ignore', 'ignore', 'pipe', 'ipc', userFd, netFd], env: {}, cwd: '/' }), hasRoutes ? anyAddress : loopback),
      close() {
        for (const fd of [userFd, netFd]) closeSync(fd)
      },
    }
  } finally {
    // The descriptors hold the namespaces from now on.
    holder.stdin.end()
  }
}

/** Nobody's, of the range for benchmarks (RFC 2544): programs that keep away from loopback addresses go there. */
const anyAddress = '198.18.0.1'
const loopback = '127.0.0.1'

/** @throws {AppError} 'unavailable' with what bubblewrap says */
async function pidOf(holder: ChildProcess): Promise<number> {
  const said = holder.stderr === null ? Promise.resolve('') : text(holder.stderr)
  holder.stdin?.on('error', () => undefined) // It has ended already.
  const ended = once(holder, 'exit').then(async ([code]) => Promise.reject(refused((await said).trim().split('\n').at(-1) || `bubblewrap ended with ${String(code)}`)))
  // Proof: standard output is a pipe without an encoding.
  const [line] = (await Promise.race([once(holder.stdout ?? holder, 'data'), ended])) as [Buffer]
  ended.catch(() => undefined) // How it ends later is all the same.
  return Number(line.toString())
}

/** Makes every address of the internet one of the namespace; false where that can not be. */
async function addRoutes([file = '', ...enter]: readonly string[]): Promise<boolean> {
  const ip = findTool('ip')
  if (ip === undefined) return false
  const add = (...words: string[]) => run(file, [...enter, ip, ...words], { env: {}, cwd: '/' }).then(() => true, () => false)
  const [has] = await Promise.all([add('route', 'add', 'local', '0.0.0.0/0', 'dev', 'lo'), add('-6', 'route', 'add', 'local', '::/0', 'dev', 'lo')])
  return has
}

export function closeDoor(door: Door): void {
  if (door.kind === 'dns') door.socket.close()
  else door.server.close()
}

/** What netns-program.ts hands over, once it is gone itself. @param address what names are answered with @throws {AppError} 'unavailable' */
async function socketsOf(child: ChildProcess, address: string): Promise<readonly Door[]> {
  const said = child.stderr === null ? Promise.resolve('') : text(child.stderr)
  const doors: Door[] = []
  const made = Promise.withResolvers<void>()
  child.on('message', (message: { kind: Door['kind'] | 'ready' | 'failed'; reason?: string }, handle) => {
    if (message.kind === 'failed') return made.reject(refused(message.reason ?? ''))
    if (message.kind === 'ready') return made.resolve()
    // Proof: what netns-program.ts sends with it.
    doors.push(message.kind === 'dns' ? { kind: 'dns', socket: handle as DatagramSocket, address } : { kind: message.kind, server: handle as Server })
  })
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => (made.reject(refused(error.message)), resolve()))
    child.once('exit', (code) => void said.then((words) => (made.reject(refused(words.trim().split('\n').at(-1) ?? `it ended with ${code}`)), resolve())))
  })
  try {
    await made.promise
    // It shares the sockets as long as it lives, and would take connections away.
    child.send({})
    await ended
    return doors
  } catch (error) {
    for (const door of doors) closeDoor(door)
    throw error
  }
}

const refused = (reason: string): AppError => new AppError('unavailable', `The sandbox can not be given a network of its own: ${reason}. This machine may refuse user namespaces: see omni doctor.`)
