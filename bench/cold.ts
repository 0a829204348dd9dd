import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '../src/client/create-client.ts'
import { pathsOf } from '../src/app/paths.ts'
import { startModelStub } from '../test/model-stub/model-stub.ts'
import { realClock } from '../test/support/real-clock.ts'
import { findBareProgram } from './bare-program.ts'
import { type BenchRow, percentile } from './bench-row.ts'
import { buildPackage } from './built-package.ts'
import { modelOf, omniWorld, type OmniWorld } from './omni-world.ts'
import { programs, prompt } from './turn.ts'

const starts = 5
const maxAddedMs = 900

/** Milliseconds since `omni` was started, in the order in which they pass. */
const steps = ['server answers', 'session made', 'host attached, turn ordered', 'box open', 'program ready', 'first text on stdout'] as const

/** V2: `omni run -p` with no server and no host → first text on stdout, beside the program started bare; medians. */
export async function benchCold(): Promise<BenchRow[]> {
  const [stub, built] = [await startModelStub(), await buildPackage()]
  const world = await omniWorld({ entry: built.entry, modelUrl: stub.url })
  const rows: BenchRow[] = []
  for (const id of programs) {
    const found = await findBareProgram(id, { modelUrl: stub.url, entry: built.entry })
    const times: { bare: number; ours: readonly number[] }[] = []
    // The first start of each finds an empty disk cache: it is not counted.
    for (let start = 0; start <= starts; start += 1) times.push({ bare: await bareStart(found), ours: await omniStart(id, world) })
    await found.close()
    const counted = times.slice(1)
    const floor = percentile(counted.map(({ bare }) => bare), 0.5)
    const marks = steps.map((_step, index) => percentile(counted.map(({ ours }) => ours[index] ?? 0), 0.5))
    const ours = marks.at(-1) ?? 0
    const note = steps.map((step, index) => `${step} ${Math.round(marks[index] ?? 0)}`).join(', ')
    const check = `its version check alone: ${Math.round(found.probeMs)}`
    rows.push({ id: 'V2', measure: `cold \`omni run -p\`, ${id}: → first text, median`, ours, floor, unit: 'ms', bar: `≤ floor + ${maxAddedMs} ms`, met: ours - floor <= maxAddedMs, note: `${id}: ${note}; ${check}` })
  }
  await world.close()
  await built.close()
  await stub.close()
  return rows
}

async function bareStart(found: Awaited<ReturnType<typeof findBareProgram>>): Promise<number> {
  const started = performance.now()
  const program = await found.start()
  const ready = performance.now() - started
  const first = await program.turn(prompt)
  await program.close()
  return ready + first
}

async function omniStart(id: string, world: OmniWorld): Promise<number[]> {
  const started = Date.now()
  const child = world.start(['run', 'hello', '--harness', id, '-m', modelOf[id] ?? 'stub-1', '-p', prompt])
  if (child.stdout === null) throw new Error('stdout is a pipe')
  await once(child.stdout, 'data')
  const first = Date.now()
  child.stdout.resume()
  await once(child, 'close')
  const marks = await readMarks(world)
  await world.run(['server', 'stop', '--all'])
  return [...marks, first].map((at) => at - started)
}

/** The same clock, from the server's log file and the session's own log. */
async function readMarks(world: OmniWorld): Promise<number[]> {
  const paths = pathsOf(world.home)
  const lines = (await readFile(join(paths.logs, 'server.log'), 'utf8')).split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { time: number; msg: string })
  const { url = '' } = JSON.parse(await readFile(paths.serverState, 'utf8')) as { url?: string }
  const client = createClient({ baseUrl: url, token: (await readFile(paths.token, 'utf8')).trim(), clock: realClock })
  const [newest] = (await client.listSessions({ limit: 1 })).sessions
  const { events } = await client.events(newest?.session ?? '')
  const at = (type: string) => events.find((event) => event.type === type)?.at ?? 0
  return [lines.findLast((line) => line.msg === 'ready')?.time ?? 0, at('session.created'), at('turn.started'), at('box.attested'), at('harness.started')]
}
