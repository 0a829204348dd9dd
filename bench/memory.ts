import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import type { BenchRow } from './bench-row.ts'
import { buildPackage } from './built-package.ts'
import { omniWorld, residentOf } from './omni-world.ts'
import { playHost } from './played-host.ts'

const maxIdleMb = 90
const maxSessionMb = 1
const sessions = 200
const turns = 10_000
/** Heap after all turns may be this much of the heap after a tenth of them. */
const maxGrowth = 1.25

/** V13: the idle server and host, what an idle session adds, and whether turns add anything. */
export async function benchMemory(): Promise<BenchRow[]> {
  const built = await buildPackage()
  const node = await nodeMemory()
  const idle = await idleMemory(built.entry)
  const growth = await sessionGrowth(built.entry)
  await built.close()
  return [
    { id: 'V13', measure: 'server idle, resident', ours: idle.server, floor: node, unit: 'MB', bar: `≤ ${maxIdleMb} MB`, met: idle.server <= maxIdleMb },
    { id: 'V13', measure: 'host idle, resident (beside it)', ours: idle.host, floor: node, unit: 'MB', bar: 'reported', met: true },
    { id: 'V13', measure: `one idle session, mean of ${sessions} with a turn each`, ours: growth.perSession, floor: growth.before, unit: 'MB', bar: `≤ ${maxSessionMb} MB`, met: growth.perSession <= maxSessionMb },
    await turnGrowth(1),
    await turnGrowth(100),
  ]
}

async function idleMemory(entry: string): Promise<{ server: number; host: number }> {
  const world = await omniWorld({ entry })
  await world.run(['run', 'hello', '--sample', '-p', 'PLAN:[{"say":"hi"}]'])
  const memory = { server: await world.resident('server'), host: await world.resident('host') }
  await world.close()
  return memory
}

async function nodeMemory(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1e6)'], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  const memory = await residentOf(child.pid ?? 0)
  child.kill()
  return memory
}

/** The real server's resident memory before and after; nothing is collected by force. */
async function sessionGrowth(entry: string): Promise<{ before: number; perSession: number }> {
  const world = await omniWorld({ entry, playedHost: true })
  const { client } = await world.connect()
  const host = await playHost(world.home)
  const play = async () => {
    const { session } = await client.createSession({ agent: { name: 'hello' }, harness: 'scripted', workspace: { mode: 'here', path: world.folder }, prompt: 'Go on.' })
    const running = await host.turnOf(session)
    await host.fact(running, { type: 'message', item: 'm1', text: 'An answer of some words. '.repeat(20) })
    await host.fact(running, { type: 'turn.settled', outcome: 'completed' })
  }
  await play()
  const before = await world.resident('server')
  for (let session = 0; session < sessions; session += 1) await play()
  const after = await world.resident('server')
  await host.close()
  await world.close()
  return { before, perSession: (after - before) / sessions }
}

/** Engine and store in a process of their own; heap after a full collection. */
async function turnGrowth(over: number): Promise<BenchRow> {
  const child = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, 'memory-turns.ts'), String(turns), String(over)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const heaps = (await text(child.stdout)).trim().split('\n').map((line) => (JSON.parse(line) as { heap: number }).heap / 1_048_576)
  const [tenth = 0, , all = 0] = heaps
  return {
    id: 'V13', measure: `heap after ${turns.toLocaleString('en')} turns in ${over === 1 ? 'one session' : `${over} sessions`}; floor: after ${(turns / 10).toLocaleString('en')}`, ours: all, floor: tenth, unit: 'MB',
    bar: `≤ ${maxGrowth} × floor`, met: all > 0 && all <= maxGrowth * tenth,
  }
}
