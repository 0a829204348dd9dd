import { readdir, readFile } from 'node:fs/promises'
import { startModelStub } from '../test/model-stub/model-stub.ts'
import { realClock } from '../test/support/real-clock.ts'
import type { BenchRow } from './bench-row.ts'
import { buildPackage } from './built-package.ts'
import { modelOf, omniWorld, type OmniWorld, residentOf } from './omni-world.ts'
import { programs, prompt } from './turn.ts'

const sessions = 5
const maxMb = 60

/** What server and host hold for one session whose program is alive, beside what the program itself holds. */
export async function benchLiveMemory(): Promise<BenchRow[]> {
  const [stub, built] = [await startModelStub(), await buildPackage()]
  const rows: BenchRow[] = []
  for (const id of programs) {
    const world = await omniWorld({ entry: built.entry, modelUrl: stub.url })
    const { ours, program } = await liveSessions(id, world)
    await world.close()
    rows.push({ id: 'V17', measure: `one live session, ${id}: server and host, mean of ${sessions}; floor: its program`, ours, floor: program, unit: 'MB', bar: `≤ ${maxMb} MB`, met: ours <= maxMb })
  }
  await built.close()
  await stub.close()
  return rows
}

async function liveSessions(id: string, world: OmniWorld): Promise<{ ours: number; program: number }> {
  const { client } = await world.connect()
  const run = async () => {
    const { session } = await client.createSession({ agent: { name: 'hello' }, harness: id, model: modelOf[id] ?? 'stub-1', workspace: { mode: 'here', path: world.folder }, prompt })
    const live = client.openSession(session)
    const over = Promise.withResolvers<void>()
    live.subscribe(() => live.state.view?.lastOutcome !== undefined && over.resolve())
    await over.promise
    live.close()
  }
  // The first one warms both up: code that is loaded once is no session's.
  await run()
  const before = await bothResident(world)
  for (let session = 0; session < sessions; session += 1) await run()
  const after = await bothResident(world)
  const host = await world.pid('host')
  const tree = await residentBelow(host)
  client.close()
  return { ours: Math.max(0, (after - before) / sessions), program: tree / (sessions + 1) }
}

async function bothResident(world: OmniWorld): Promise<number> {
  // What a turn leaves behind is given back within a moment.
  await new Promise<void>((resolve) => realClock.after(1_000, resolve))
  return (await world.resident('server')) + (await world.resident('host'))
}

/** Resident memory of everything that a process started, in MB; memory that they share is counted for each. */
async function residentBelow(root: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)))
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && parent > 0 && (parent === root || isBelow(parent))
  }
  const sizes = await Promise.all(pids.filter(isBelow).map((pid) => residentOf(pid).catch(() => 0)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? '0')
}
