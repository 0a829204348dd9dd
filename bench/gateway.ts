import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { type BenchRow, percentile } from './bench-row.ts'
import type { RoleReady } from './gateway-role.ts'

const [warmUp, single, perConnection, connections] = [300, 3_000, 1_500, 16]

interface Way {
  open(): Promise<TLSSocket>
}
interface Figures {
  /** Milliseconds, one connection, one request after the other. */
  readonly p50: number
  readonly perSecond: number
}

/**
 * V9: keep-alive requests through the gateway, which ends and starts TLS, beside the same client straight to the same upstream. Where
 * `mitmdump` is installed it stands beside them. Each in a process of its own.
 */
export async function benchGateway(): Promise<BenchRow[]> {
  const upstream = await start('upstream')
  const gateway = await start('gateway', upstream.ready.root, String(upstream.ready.port))
  const mitm = await startMitm()
  const ways: Record<'direct' | 'ours' | 'mitm', Way | undefined> = {
    direct: { open: () => shake(upstream.ready.port, undefined) },
    ours: { open: () => shake(gateway.ready.port, upstream.ready.port) },
    mitm: mitm === undefined ? undefined : { open: () => shake(mitm.port, upstream.ready.port) },
  }
  // Turn by turn, so that what else the machine does meets all alike; the better of two is taken.
  const rounds: Record<'direct' | 'ours' | 'mitm', Figures[]> = { direct: [], ours: [], mitm: [] }
  for (let round = 0; round < 2; round += 1) {
    for (const name of ['direct', 'ours', 'mitm'] as const) {
      const way = ways[name]
      if (way !== undefined) rounds[name].push(await measure(way))
    }
  }
  await Promise.all([upstream.stop(), gateway.stop(), mitm?.stop()])
  const best = (figures: readonly Figures[]): Figures => ({ p50: Math.min(...figures.map(({ p50 }) => p50)), perSecond: Math.max(...figures.map(({ perSecond }) => perSecond)) })
  const [direct, ours] = [best(rounds.direct), best(rounds.ours)]
  const theirs = mitm === undefined ? undefined : best(rounds.mitm)
  const added = ours.p50 - direct.p50
  return [
    { id: 'V9', measure: `TLS-intercepted keep-alive requests, ${connections} connections`, ours: ours.perSecond, floor: (theirs ?? direct).perSecond, unit: 'requests/s', bar: '≥ 10 × mitmproxy', met: theirs === undefined ? false : ours.perSecond >= 10 * theirs.perSecond, note: theirs === undefined ? 'the floor is direct TLS: mitmdump is not installed here, so the bar is not judged' : `direct TLS ${Math.round(direct.perSecond).toLocaleString('en')} requests/s` },
    { id: 'V9', measure: 'TLS interception, p50 added to a request', ours: added, floor: direct.p50, unit: 'ms', bar: '≤ 0.4 ms', met: added <= 0.4 },
  ]
}

async function start(...role: string[]): Promise<{ readonly ready: RoleReady; stop(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, 'gateway-role.ts'), role)
  const [ready] = (await once(child, 'message')) as [RoleReady]
  return { ready, stop: () => ended(child, () => child.disconnect()) }
}

async function ended(child: ChildProcess, stop: () => void): Promise<void> {
  const exit = once(child, 'exit')
  stop()
  await exit
}

async function startMitm(): Promise<{ readonly port: number; stop(): Promise<void> } | undefined> {
  if (spawnSync('mitmdump', ['--version']).status !== 0) return undefined
  const port = 20_000 + (process.pid % 20_000)
  const home = await mkdtemp(join(tmpdir(), 'omni-mitm-'))
  const child = spawn('mitmdump', ['-q', '-p', String(port), '--listen-host', '127.0.0.1', '--set', 'ssl_insecure=true', '--set', `confdir=${home}`], { stdio: 'ignore' })
  for (let answered = false; !answered;) {
    const socket = connectTcp(port, '127.0.0.1')
    answered = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false)
    socket.destroy()
    if (child.exitCode !== null) return undefined
  }
  return { port, stop: async () => {
    await ended(child, () => child.kill())
    await rm(home, { recursive: true })
  } }
}

/** A connection with TLS, straight to `port`, or through a proxy there. Whose certificate it is does not matter to the measure. */
async function shake(port: number, target: number | undefined): Promise<TLSSocket> {
  const socket = connectTcp(port, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  if (target !== undefined) {
    socket.write(`CONNECT localhost:${target} HTTP/1.1\r\nHost: localhost:${target}\r\n\r\n`)
    await once(socket, 'data')
  }
  const inner = connectTls({ socket, servername: 'localhost', rejectUnauthorized: false })
  await once(inner, 'secureConnect')
  return Object.assign(inner, { host: `localhost${target === undefined ? '' : `:${target}`}` })
}

async function measure(way: Way): Promise<Figures> {
  const one = await way.open()
  await ask(one, warmUp)
  const times = await ask(one, single)
  one.destroy()
  const many = await Promise.all(Array.from({ length: connections }, () => way.open()))
  await Promise.all(many.map((socket) => ask(socket, warmUp)))
  const before = performance.now()
  await Promise.all(many.map((socket) => ask(socket, perConnection)))
  const seconds = (performance.now() - before) / 1_000
  for (const socket of many) socket.destroy()
  return { p50: percentile(times, 0.5), perSecond: (connections * perConnection) / seconds }
}

/** So many requests one after the other; the milliseconds of each. An answer is over with its five bytes. */
function ask(socket: TLSSocket & { host?: string }, count: number): Promise<number[]> {
  const request = `GET / HTTP/1.1\r\nHost: ${socket.host ?? 'localhost'}\r\n\r\n`
  const times: number[] = []
  return new Promise((resolve, reject) => {
    let before = 0
    let seen = ''
    const next = (): void => {
      seen = ''
      before = performance.now()
      socket.write(request)
    }
    const onData = (chunk: Buffer): void => {
      seen += chunk.toString('latin1')
      if (!seen.endsWith('\r\n\r\nhello')) return
      if (!seen.startsWith('HTTP/1.1 200')) reject(new Error(seen))
      times.push(performance.now() - before)
      if (times.length < count) next()
      else {
        socket.off('data', onData)
        resolve(times)
      }
    }
    socket.on('data', onData)
    socket.once('error', reject)
    next()
  })
}
