import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

/** Where the canary's things are, in a folder made for it. */
export function canaryPlaces(folder: string) {
  const workspace = join(folder, 'work')
  return {
    workspace,
    /** The private folder of the box. */
    home: join(folder, 'home'),
    /** To be named among the machine's secrets. */
    hidden: join(workspace, 'keys'),
    /** Something of the user's that no box has to do with. */
    decoy: join(folder, 'decoy'),
  } as const
}

/** What there is to be stolen and reached. */
export interface Bait extends ReturnType<typeof canaryPlaces> {
  readonly folder: string
  readonly word: string
  readonly tcpPort: number
  /** Undefined where this machine has no IPv6. */
  readonly tcp6Port: number | undefined
  readonly udpPort: number
  /** Undefined where its path would be too long for one. */
  readonly socketPath: string | undefined
  /** Undefined where there are none but on Linux. */
  readonly abstractPath: string | undefined
  /** Nothing listens any more; the folder is the caller's to remove. */
  close(): Promise<void>
}

/** Plants files in an empty folder, and services on this machine that tell `word` to whoever comes. */
export async function layBait(folder: string, word: string): Promise<Bait> {
  const real = await realpath(folder)
  const places = canaryPlaces(real)
  const git = join(places.workspace, '.git')
  for (const path of [places.home, places.hidden, places.decoy, join(git, 'objects'), join(git, 'refs'), join(git, 'hooks')]) await mkdir(path, { recursive: true })
  for (const path of [places.hidden, places.decoy]) await writeFile(join(path, 'secret'), word)
  await writeFile(join(git, 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(git, 'config'), '[core]\n\trepositoryformatversion = 0\n')
  await symlink(join(places.decoy, 'secret'), join(places.workspace, 'link'))

  const servers: Server[] = []
  const listen = async (at: ListenOptions): Promise<Server> => {
    const server = createServer((socket) => tell(socket, word))
    await once(server.listen(at), 'listening')
    servers.push(server)
    return server
  }
  const udp = createSocket('udp4')
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))))
    await new Promise<void>((resolve) => void udp.close(resolve))
  }
  try {
    udp.on('message', (_message, { port, address }) => udp.send(word, port, address))
    await once(udp.bind(0, '127.0.0.1'), 'listening')
    const tcpPort = portOf(await listen({ host: '127.0.0.1', port: 0 }))
    const tcp6 = await listen({ host: '::1', port: 0 }).catch(() => undefined) // Nothing to be reached by it either.
    const [socketPath, abstractPath] = [join(places.decoy, 's'), `\0omni-${word}`]
    const onDisk = await listen({ path: socketPath }).catch(() => undefined) // As above.
    const named = await listen({ path: abstractPath }).catch(() => undefined) // As above.
    return { ...places, folder: real, word, tcpPort, tcp6Port: tcp6 === undefined ? undefined : portOf(tcp6), udpPort: udp.address().port, socketPath: onDisk === undefined ? undefined : socketPath, abstractPath: named === undefined ? undefined : abstractPath, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** In words that a client of HTTP takes as well. */
function tell(socket: Socket, word: string): void {
  socket.on('error', () => undefined) // Whoever came is gone.
  socket.resume()
  socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${word.length}\r\nconnection: close\r\n\r\n${word}`)
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a server listens on no port')
  return address.port
}
