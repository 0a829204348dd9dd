import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createLinuxOmnibox } from '../src/omnibox/linux/linux-omnibox.ts'
import { bwrapWords } from '../src/omnibox/linux/bwrap-words.ts'
import { openNetNamespace } from '../src/omnibox/linux/net-namespace.ts'
import { planBox } from '../src/omnibox/plan/plan-box.ts'
import { writePrivateFiles } from '../src/omnibox/linux/private-files.ts'
import { readEntry } from '../src/omnibox/process/process-table.ts'
import { readSystemPaths } from '../src/omnibox/linux/system-paths.ts'
import type { Box } from '../src/spec/ports/box.ts'
import { countingIds } from '../test/support/counting-ids.ts'
import { namedServer } from '../test/support/named-server.ts'
import { packageRegistry } from '../test/support/package-registry.ts'
import { realClock } from '../test/support/real-clock.ts'
import { openTestGateway } from '../test/support/test-gateway.ts'
import { type BenchRow, percentile } from './bench-row.ts'
import { residentOf } from './omni-world.ts'

const starts = 60
const opened = 12
const packages = 320
const installs = 3
const netnsProgram = [process.execPath, join(import.meta.dirname, '../src/omnibox/linux/netns-program.ts')]

/** V10: a program's start in a box that is up, what putting one up takes and holds, and an install through the gateway. */
export async function benchBox(): Promise<BenchRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-bench-box-'))
  const registry = packageRegistry(packages)
  // At its usual port nobody has to name the gateway; elsewhere programs go by its proxy, and say hello anew for each package.
  const server = await namedServer(registry.serve(), 443).catch(() => namedServer(registry.serve()))
  const rootFile = join(dir, 'root.pem')
  await writeFile(rootFile, server.root)
  const gateway = await openTestGateway(rootFile)
  let boxes = 0
  const open = async () => {
    boxes += 1
    const [workspace, home] = [join(dir, `work-${boxes}`), join(dir, `home-${boxes}`)]
    for (const folder of [workspace, home]) await mkdir(folder)
    const before = performance.now()
    const table = { revision: 1, otherwise: 'deny', rules: [{ rule: 'registry', host: 'registry.test', port: server.port, action: 'allow' }] } as const
    const way = await gateway.open({ session: `ses_${boxes}`, secrets: [], services: [], table, patienceMs: 1_000 }, () => undefined)
    const box = await createLinuxOmnibox({ clock: realClock, ids: countingIds(`${boxes}`), machine: { secrets: [], state: join(dir, 'state') }, dir: join(dir, 'boxes'), netnsProgram }).open({ name: 'workspace', workspace, home, way })
    return { box, way, workspace, home, tookMs: performance.now() - before, async close() {
      await box.close()
      await way.close()
    } }
  }
  try {
    const up = await open()
    const direct = await launchLine(up.workspace, join(dir, 'floor'))
    const times: Record<'ours' | 'floor', number[]> = { ours: [], floor: [] }
    for (let turn = 0; turn < starts; turn += 1) {
      times.ours.push(await timed(() => ended(up.box, { file: '/bin/true', args: [], cwd: up.workspace })))
      times.floor.push(await timed(direct.start))
    }
    direct.close()
    const [ours, floor] = [percentile(times.ours, 0.5), percentile(times.floor, 0.5)]
    const others = []
    for (let turn = 0; turn < opened; turn += 1) others.push(await open())
    const bare = await bareNamespaces()
    const install = await timeInstalls(up, { registry, port: server.port, rootFile, dir })
    const idle = await idleBox(up.box, up.workspace)
    for (const each of [...others, up]) await each.close()
    return [
      { id: 'V10', measure: 'a program in a box that is up: `true`, median', ours, floor, unit: 'ms', bar: '≤ 1.3 × floor', met: ours <= 1.3 * floor },
      { id: 'V10', measure: 'a box and its way out put up, median', ours: percentile(others.map(({ tookMs }) => tookMs), 0.5), floor: bare, unit: 'ms', bar: 'reported', met: true },
      { id: 'V10', measure: 'an idle program in a box: what the walls hold in memory', ours: idle.walls, floor: idle.program, unit: 'MB', bar: 'reported', met: true },
      { id: 'V10', measure: `\`npm ci\` of ${packages} packages through the gateway, median`, ours: install.ours, floor: install.floor, unit: 'ms', bar: '≤ 1.3 × floor', met: install.ours <= 1.3 * install.floor },
    ]
  } finally {
    await gateway.close()
    server.close()
    await rm(dir, { recursive: true, force: true })
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await run()
  return performance.now() - before
}

async function ended(box: Box, { file, args, cwd, env = {} }: { readonly file: string; readonly args: readonly string[]; readonly cwd: string; readonly env?: Readonly<Record<string, string>> }): Promise<string> {
  const child = box.spawn({ file, args, cwd, env: { PATH: '/usr/bin:/bin', ...env } })
  child.stdin.end()
  const [out, err, { code }] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${out}${err}`)
  return out
}

/** The launch line of a box, with the same mounts, as one types it: no record of its processes, no filter. */
async function launchLine(workspace: string, home: string) {
  await mkdir(home)
  const namespace = await openNetNamespace({ program: netnsProgram })
  const plan = { ...planBox({ name: 'workspace', workspace, home }, { secrets: [], state: '/nowhere' }), files: writePrivateFiles(join(home, 'files'), home), network: 'own' } as const
  const words = bwrapWords(plan, { cwd: workspace, env: { PATH: '/usr/bin:/bin' } }, readSystemPaths())
  const line = ['--user=/proc/self/fd/3', '--net=/proc/self/fd/4', '--preserve-credentials', '--', '/bin/sh', '-c', 'exec 3<&- 4<&-; exec "$@"', 'sh', 'bwrap', ...words, '--', '/bin/true']
  return {
    async start() {
      const child = spawn('nsenter', line, { stdio: ['ignore', 'ignore', 'inherit', namespace.userFd, namespace.netFd] })
      const [code] = (await once(child, 'exit')) as [number]
      if (code !== 0) throw new Error(`the floor ended with ${code}`)
    },
    close: () => namespace.close(),
  }
}

/** An empty pair of namespaces and nothing in them. */
async function bareNamespaces(): Promise<number> {
  const times: number[] = []
  for (let turn = 0; turn < opened; turn += 1) times.push(await timed(() => once(spawn('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '--', '/bin/true'], { stdio: 'ignore' }), 'exit')))
  return percentile(times, 0.5)
}

/** What stands around one program, beside the program. */
async function idleBox(box: Box, cwd: string): Promise<{ readonly walls: number; readonly program: number }> {
  const child = box.spawn({ file: '/bin/cat', args: [], cwd, env: {} })
  child.stdin.write('up\n')
  await once(child.stdout, 'data')
  const program = await residentOf(child.pid ?? 0)
  let walls = 0
  for (let entry = readEntry(child.pid ?? 0); entry !== undefined && entry.parent !== process.pid; entry = readEntry(entry.parent)) walls += await residentOf(entry.parent)
  await child.stop(0)
  return { walls, program }
}

interface InstallPlace {
  readonly registry: ReturnType<typeof packageRegistry>
  readonly port: number
  readonly rootFile: string
  readonly dir: string
}

/** The same project from the same registry, with an empty cache each time: in a box through the gateway, and outside straight. */
async function timeInstalls({ box, workspace, home }: { readonly box: Box; readonly workspace: string; readonly home: string }, { registry, port, rootFile, dir }: InstallPlace): Promise<{ readonly ours: number; readonly floor: number }> {
  const outside = join(dir, 'outside')
  await mkdir(outside)
  registry.writeProject(workspace, `https://registry.test:${port}`, port === 443 ? [] : ['https-proxy=http://127.0.0.1:3128'])
  registry.writeProject(outside, `https://localhost:${port}`, [`cafile=${rootFile}`])
  const times: Record<'ours' | 'floor', number[]> = { ours: [], floor: [] }
  for (let turn = 0; turn < installs; turn += 1) {
    times.ours.push(await timed(() => ended(box, { file: 'npm', args: ['ci', '--cache', join(home, `cache-${turn}`)], cwd: workspace, env: { HOME: home } })))
    times.floor.push(await timed(async () => {
      const child = spawn('npm', ['ci', '--cache', join(dir, `cache-${turn}`)], { cwd: outside, stdio: ['ignore', 'ignore', 'inherit'], env: { HOME: outside, PATH: '/usr/bin:/bin' } })
      const [code] = (await once(child, 'exit')) as [number]
      if (code !== 0) throw new Error(`npm outside ended with ${code}`)
    }))
  }
  return { ours: percentile(times.ours, 0.5), floor: percentile(times.floor, 0.5) }
}
