import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { type BenchRow, percentile } from './bench-row.ts'
import { buildPackage } from './built-package.ts'
import { subscribe } from './live-client.ts'
import { omniWorld } from './omni-world.ts'
import { playHost } from './played-host.ts'

const subscribers = 500
/** A round: four seconds at this pace, then a burst. */
const pacedEvents = 160
const paceMs = 25
const burstEvents = 200
const rounds = 5
const maxP99Ms = 15
const minShare = 0.5

/** What is measured on both sides: `send` gives one event of 1 KiB to the server, every subscriber's copy reaches `heard`. */
interface Side {
  send(text: string): void
  close(): Promise<void>
}
type Hear = (message: Buffer) => void

/** V4: one harness event of 1 KiB → 500 live subscribers; the server is another process, its host and all clients are this one. */
export async function benchLive(): Promise<BenchRow[]> {
  const [ours, floor] = [counter(), counter()]
  const sides = [{ ...ours, side: await omniSide(ours.hear) }, { ...floor, side: await plainSide(floor.hear) }]
  const results = sides.map(() => ({ p99: [] as number[], rates: [] as number[] }))
  // Round by round, so that both meet the same machine.
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, each] of sides.entries()) {
      results[index]?.p99.push(await paced(each.side, each))
      results[index]?.rates.push(await burst(each.side, each))
    }
  }
  for (const { side } of sides) await side.close()
  const [mine, plain] = results.map(({ p99, rates }) => ({ p99: percentile(p99, 0.5), rate: percentile(rates, 0.5) }))
  if (mine === undefined || plain === undefined) throw new Error('two sides were measured')
  return [
    { id: 'V4', measure: `event → ${subscribers} subscribers, 40 a second, p99 (median of ${rounds} rounds)`, ours: mine.p99, floor: plain.p99, unit: 'ms', bar: `≤ ${maxP99Ms} ms`, met: mine.p99 <= maxP99Ms },
    { id: 'V4', measure: `the same in a burst of ${burstEvents}, delivered`, ours: mine.rate, floor: plain.rate, unit: 'messages/s', bar: `≥ ${minShare} × floor`, met: mine.rate >= minShare * plain.rate },
  ]
}

/** Reads the time an event was sent at out of each copy of it. */
function counter() {
  const times: number[] = []
  let waiting: { count: number; resolve: () => void } | undefined
  return {
    times,
    hear(message: Buffer) {
      const from = message.indexOf('sent@')
      if (from === -1) return
      times.push(performance.now() - Number(message.toString('latin1', from + 5, message.indexOf(';', from))))
      if (times.length === waiting?.count) waiting.resolve()
    },
    until: (count: number) => new Promise<void>((resolve) => {
      if (times.length === count) resolve()
      else waiting = { count, resolve }
    }),
  }
}
type Counter = Omit<ReturnType<typeof counter>, 'hear'>

const stamped = () => `sent@${performance.now()};`.padEnd(1_024, 'x')

async function paced(side: Side, { times, until }: Counter): Promise<number> {
  for (let event = 0; event < pacedEvents; event += 1) {
    side.send(stamped())
    await new Promise<void>((resolve) => setTimeout(() => resolve(), paceMs))
  }
  await until(pacedEvents * subscribers)
  return percentile(times.splice(0), 0.99)
}

async function burst(side: Side, { times, until }: Counter): Promise<number> {
  const started = performance.now()
  for (let event = 0; event < burstEvents; event += 1) side.send(stamped())
  await until(burstEvents * subscribers)
  times.splice(0)
  return (burstEvents * subscribers) / ((performance.now() - started) / 1_000)
}

/** The real server, its host played by hand: streamed text as a harness sends it. */
async function omniSide(hear: Hear): Promise<Side> {
  const built = await buildPackage()
  const world = await omniWorld({ entry: built.entry, playedHost: true })
  const { client, url, token } = await world.connect()
  const host = await playHost(world.home)
  const { session } = await client.createSession({ agent: { name: 'hello' }, harness: 'scripted', workspace: { mode: 'here', path: world.folder }, prompt: 'go' })
  const { turn } = await host.turnOf(session)
  const sockets: WebSocket[] = []
  for (let index = 0; index < subscribers; index += 1) sockets.push(await subscribe({ url, token, session }, hear))
  const sent = { item: 0, offset: 0 }
  return {
    send(text) {
      // A message of a harness is some kilobytes long: then the next one begins.
      if (sent.offset >= 16_384) Object.assign(sent, { item: sent.item + 1, offset: 0 })
      host.say({ type: 'delta', session, turn, item: `m${sent.item}`, kind: 'text', offset: sent.offset, text })
      sent.offset += text.length
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      await host.close()
      await world.close()
      await built.close()
    },
  }
}

async function plainSide(hear: Hear): Promise<Side> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-floor-'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'live-floor.ts'), join(dir, 'floor.sock')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [address] = (await once(child.stdout, 'data')) as [Buffer]
  const sockets: WebSocket[] = []
  for (let index = 0; index < subscribers; index += 1) {
    const socket = new WebSocket(address.toString('utf8').trim(), { perMessageDeflate: false })
    await once(socket, 'open')
    socket.on('message', hear)
    sockets.push(socket)
  }
  const link = connect(join(dir, 'floor.sock'))
  await once(link, 'connect')
  let offset = 0
  return {
    send: (text) => void link.write(`${JSON.stringify({ type: 'delta', sub: 's1', delta: { session: 'ses_1', turn: 'trn_1', item: 'm1', kind: 'text', offset: (offset += 1_024), text } })}\n`),
    async close() {
      for (const socket of sockets) socket.terminate()
      link.destroy()
      child.kill()
      await once(child, 'exit')
      await rm(dir, { recursive: true, force: true })
    },
  }
}
