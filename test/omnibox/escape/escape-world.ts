import { spawn, execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openSessionGateway } from '../../../src/omnibox/gateway/session-gateway.ts'
import { createCertificateAuthority } from '../../../src/omnibox/gateway/certificates.ts'
import { createLinuxOmnibox, type Walls } from '../../../src/omnibox/linux/linux-omnibox.ts'
import type { WayOut } from '../../../src/spec/ports/way-out.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { realClock } from '../../support/real-clock.ts'

/** What is planted on the machine for agents to look for, and where. */
export interface Plants {
  readonly workspace: string
  /** A folder of the user's that no session has anything to do with; `secret` in it holds `secretWord`. */
  readonly elsewhere: string
  /** A folder of secrets inside of the work folder, hidden by name. */
  readonly hidden: string
  /** A file of another program's, among the machine's temporary ones. */
  readonly temporary: string
  /** A process of the user's. */
  readonly pid: number
  readonly tcpPort: number
  readonly tcp6Port: number
  readonly udpPort: number
  /** Of a unix socket on the disk, and of one in the abstract namespace. */
  readonly socketPath: string
  readonly abstractName: string
  readonly shmKey: number
}
export const secretWord = 'planted-7f3a91'

export interface EscapePlace {
  /** A folder that no box has one of its own in place of. */
  readonly folder: string
  /** How `netns-program.ts` is run. */
  readonly netnsProgram: readonly string[]
  /** Whether addresses lead to the gateway, or names only. */
  readonly routes: boolean
}

/** A machine with things worth stealing, and boxes in it, each with a gateway that lets nothing out. */
export async function escapeWorld({ folder: place, netnsProgram, routes }: EscapePlace) {
  const base = await mkdtemp(join(place, 'omni-escape-'))
  const [workspace, elsewhere, state] = [join(base, 'work'), join(base, 'elsewhere'), join(base, 'state')]
  const hidden = join(workspace, 'keys')
  for (const folder of [workspace, elsewhere, state, hidden, join(base, 'home')]) await mkdir(folder)
  for (const folder of [elsewhere, hidden]) await writeFile(join(folder, 'secret'), secretWord)
  execFileSync('git', ['init', '-q', workspace], { env: { PATH: process.env['PATH'] ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1' } })
  for (const name of ['config.worktree', 'info/attributes']) await writeFile(join(workspace, '.git', name), '')
  const temporary = join(tmpdir(), `omni-planted-${process.pid}`)
  await writeFile(temporary, secretWord)
  const sleeper = spawn('sleep', ['600'], { stdio: 'ignore', env: { SECRET: secretWord, PATH: '/usr/bin:/bin' } })
  const [tcp, tcp6, unix, abstract] = [createServer(answer), createServer(answer), createServer(answer), createServer(answer)]
  const udp = createSocket('udp4')
  udp.on('message', (_message, { port, address }) => udp.send(secretWord, port, address))
  const socketPath = join(elsewhere, 'service.sock')
  const abstractName = `omni-escape-${process.pid}`
  await Promise.all([once(tcp.listen(0, '127.0.0.1'), 'listening'), once(tcp6.listen(0, '::1'), 'listening'), once(unix.listen(socketPath), 'listening'), once(abstract.listen(`\0${abstractName}`), 'listening'), once(udp.bind(0, '127.0.0.1'), 'listening')])
  await chmod(socketPath, 0o777)
  const shmKey = 0x0b0e0000 + (process.pid % 0xffff)
  const python = (code: string) => execFileSync('python3', ['-c', code], { encoding: 'utf8' })
  python(`import ctypes; assert ctypes.CDLL(None).shmget(${shmKey}, 4096, 0o1666) >= 0`)
  const portOf = (server: ReturnType<typeof createServer>) => (server.address() as { port: number }).port // Proof: it listens on a port.
  const plants: Plants = { workspace, elsewhere, hidden, temporary, pid: sleeper.pid ?? 0, tcpPort: portOf(tcp), tcp6Port: portOf(tcp6), udpPort: udp.address().port, socketPath, abstractName, shmKey }

  return {
    plants,
    /** Runs a shell script in a box of its own; answers with all that it said. */
    async run(profile: 'read-only' | 'workspace' | 'open', script: string, walls?: Walls): Promise<string> {
      const omnibox = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [hidden, elsewhere], state }, dir: join(state, 'boxes'), netnsProgram, routes }, walls)
      const box = await omnibox.open({ name: profile, workspace, home: join(base, 'home'), way: closedWay() })
      try {
        const child = box.spawn({ file: '/bin/sh', args: ['-c', script], cwd: workspace, env: { PATH: '/usr/bin:/bin:/usr/sbin', HOME: join(base, 'home') } })
        child.stdin.end()
        const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
        const { startError } = await child.exited
        return `${out}${err}${startError ?? ''}`
      } finally {
        await box.close()
      }
    },
    async close() {
      sleeper.kill('SIGKILL')
      for (const server of [tcp, tcp6, unix, abstract]) server.close()
      udp.close()
      python(`import ctypes; libc = ctypes.CDLL(None); libc.shmctl(libc.shmget(${shmKey}, 0, 0), 0, None)`)
      await rm(temporary, { force: true })
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** Everything that leaves is refused. */
function closedWay(): WayOut {
  const authority = createCertificateAuthority({ session: 'ses_1', now: () => realClock.now() })
  return {
    root: authority.root,
    async serve(doors) {
      const gateway = openSessionGateway({ session: 'ses_1', clock: realClock, ids: countingIds(), authority, resolve: async () => ['127.0.0.1'], report: () => undefined, authorize: async () => ({ type: 'deny', rule: 'test/no', message: 'No.' }) })
      for (const door of await doors.listen()) {
        if (door.kind === 'dns') gateway.serveDns(door.socket, door.address)
        else gateway.serve(door.kind, door.server)
      }
      return () => gateway.close()
    },
  }
}

function answer(socket: import('node:net').Socket): void {
  socket.on('error', () => undefined) // The one who asked is gone.
  socket.end(secretWord)
}
