import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../src/client/create-client.ts'
import { createAdapters } from '../src/app/harness-registry.ts'
import { pathsOf } from '../src/app/paths.ts'
import { programFolder } from '../test/support/install-vendor-programs.ts'
import { realClock } from '../test/support/real-clock.ts'

export interface OmniWorld {
  readonly home: string
  /** Work folder of the sessions. */
  readonly folder: string
  start(args: readonly string[]): ChildProcess
  run(args: readonly string[]): Promise<void>
  /** Starts the server unless it runs, and connects. */
  connect(): Promise<{ client: Client; url: string; token: string }>
  /** Of a process that runs on this state folder. */
  resident(name: 'server' | 'host'): Promise<number>
  pid(name: 'server' | 'host'): Promise<number>
  close(): Promise<void>
}

/** `omni` at `entry` on a state folder of its own. With `playedHost` the server starts no host: the bench plays it. */
export async function omniWorld(options: { readonly entry: string; readonly modelUrl?: string; readonly playedHost?: boolean }): Promise<OmniWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-bench-'))
  const [home, folder] = [join(dir, 'state'), join(dir, 'repo')]
  const paths = pathsOf(home)
  for (const made of [home, folder, paths.run]) await mkdir(made, { mode: 0o700 })
  if (options.modelUrl !== undefined) await writeFile(paths.userConfig, programsFile(options.modelUrl))
  // A host that lives already is not started again.
  if (options.playedHost === true) await writeFile(paths.hostState, JSON.stringify({ pid: process.pid, startedAt: 0, version: '0' }))
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: dir, LANG: 'C.UTF-8', OMNIGENT_HOME: home, OMNIGENT_PORT: '0', OMNI_BENCH_KEY: 'dummy-key' }
  const start = (args: readonly string[]) => spawn(process.execPath, [options.entry, ...args], { env, cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const run = async (args: readonly string[]) => {
    const child = start(args)
    child.stdout.resume()
    await once(child, 'close')
  }
  const state = async (name: 'server' | 'host') => JSON.parse(await readFile(join(paths.run, `${name}.json`), 'utf8')) as { pid: number; url: string }
  return {
    home, folder, start, run,
    async connect() {
      await run(['server', 'start'])
      const { url } = await state('server')
      const token = (await readFile(paths.token, 'utf8')).trim()
      return { client: createClient({ baseUrl: url, token, clock: realClock }), url, token }
    },
    resident: async (name) => residentOf((await state(name)).pid),
    pid: async (name) => (await state(name)).pid,
    async close() {
      // Never the played host: that is this process.
      await run(options.playedHost === true ? ['server', 'stop'] : ['server', 'stop', '--all'])
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Resident memory in MB (2^20 bytes). */
export async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? '0') / 1_024
}

/** Models whose tools the programs know; the stub answers to any. */
export const modelOf: Readonly<Record<string, string>> = { codex: 'gpt-5.5', 'claude-code': 'claude-sonnet-5', 'claude-sdk': 'claude-sonnet-5' }

function programsFile(modelUrl: string): string {
  const platform = { os: process.platform, arch: process.arch }
  const sections = createAdapters({ node: process.execPath, programOf: () => '', ownAcp: {} }).filter(({ id, program }) => id === 'omni' || program !== undefined).map(({ id, program }) => {
    const path = program?.executables(platform).map((file) => join(programFolder, id, file)).find((file) => existsSync(file))
    return `  ${id}:\n${path === undefined ? '' : `    path: ${path}\n`}    base_url: ${modelUrl}\n    api_key_env: OMNI_BENCH_KEY\n`
  })
  return `harnesses:\n${sections.join('')}`
}
