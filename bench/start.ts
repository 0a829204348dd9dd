import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchRow, percentile } from './bench-row.ts'

const entry = join(import.meta.dirname, '../bin/omni.js')

/** V3: `omni --version` beside an empty Node; V13: memory of the idle server and host. */
export async function benchStart(): Promise<BenchRow[]> {
  const time = (args: readonly string[]) => percentile(Array.from({ length: 20 }, () => {
    const started = performance.now()
    spawnSync(process.execPath, [...args])
    return performance.now() - started
  }), 0.5)
  const floor = time(['-e', '0'])
  const ours = time([entry, '--version'])
  const { server, host } = await idleMemory()
  const node = await nodeMemory()
  return [
    { id: 'V3', measure: '`omni --version`, median', ours, floor, unit: 'ms', bar: '≤ 1.6 × floor', met: ours <= 1.6 * floor },
    { id: 'V13', measure: 'server idle, resident', ours: server, floor: node, unit: 'MB', bar: '≤ 90 MB', met: server <= 90 },
    { id: 'V13', measure: 'host idle, resident (beside it)', ours: host, floor: node, unit: 'MB', bar: 'reported', met: true },
  ]
}

async function idleMemory(): Promise<{ server: number; host: number }> {
  const home = await mkdtemp(join(tmpdir(), 'omni-bench-'))
  const env = { ...process.env, OMNIGENT_HOME: home, OMNIGENT_PORT: '0' }
  spawnSync(process.execPath, [entry, 'run', 'hello', '--sample', '-p', 'PLAN:[{"say":"hi"}]'], { env })
  const pidOf = async (name: string) => (JSON.parse(await readFile(join(home, 'run', `${name}.json`), 'utf8')) as { pid: number }).pid
  const memory = { server: await resident(await pidOf('server')), host: await resident(await pidOf('host')) }
  spawnSync(process.execPath, [entry, 'server', 'stop', '--all'], { env })
  await rm(home, { recursive: true, force: true })
  return memory
}

async function nodeMemory(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1e6)'], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const memory = await resident(child.pid ?? 0)
  child.kill()
  return memory
}

async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? '0') / 1_024
}
