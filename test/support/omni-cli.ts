import { type ChildProcess, spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { createAdapters } from '../../src/app/harness-registry.ts'
import { programFolder } from './install-vendor-programs.ts'
import { testPackage } from './test-package.ts'

/** That walls hold on this machine is tried once for all tests, not for each of their state folders. */
const wallProof = join(import.meta.dirname, '../../.cache/test/walls-hold.json')
const platform = { os: process.platform, arch: process.arch }

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The real command line on a state folder of its own; its server and host end with the test. */
export async function omniCli(options: { readonly modelUrl?: string; readonly key?: string; readonly env?: Readonly<Record<string, string>> } = {}) {
  const entry = testPackage()
  const dir = await mkdtemp(join(tmpdir(), 'omni-cli-'))
  const home = join(dir, 'state')
  const folder = join(dir, 'repo')
  await mkdir(home, { mode: 0o700 })
  await mkdir(folder)
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: dir, LANG: 'C.UTF-8', OMNIGENT_HOME: home, OMNIGENT_PORT: '0', OMNI_TEST_KEY: options.key ?? 'dummy-key', TERM: 'xterm-256color', ...options.env }
  const { modelUrl } = options
  if (modelUrl !== undefined) await writeFile(join(home, 'config.yaml'), configFile(modelUrl))
  const start = (args: readonly string[], extra: { cwd?: string } = {}): ChildProcess => spawn(process.execPath, [entry, ...args], { env, cwd: extra.cwd ?? folder, stdio: ['pipe', 'pipe', 'pipe'] })
  const run = async (args: readonly string[], extra: { cwd?: string } = {}): Promise<CliResult> => {
    const child = start(args, extra)
    child.stdin?.end()
    const [stdout, stderr, code] = await Promise.all([child.stdout === null ? '' : text(child.stdout), child.stderr === null ? '' : text(child.stderr), new Promise<number | null>((resolve) => child.once('close', resolve))])
    return { code, stdout, stderr }
  }
  const proof = join(home, 'host', 'walls-hold.json')
  await mkdir(join(home, 'host'), { mode: 0o700 })
  await copyFile(wallProof, proof).catch(() => undefined) // The first one tries the walls.
  onTestFinished(async () => {
    await run(['server', 'stop', '--all'])
    await mkdir(join(wallProof, '..'), { recursive: true })
    await copyFile(proof, wallProof).catch(() => undefined) // No session ran in a box.
    await rm(dir, { recursive: true, force: true })
  })
  const state = async (name: 'server' | 'host') => JSON.parse(await readFile(join(home, 'run', `${name}.json`), 'utf8')) as { pid: number; url?: string }
  return { dir, home, folder, env, entry, run, start, state }
}
export type OmniCli = Awaited<ReturnType<typeof omniCli>>

/** Every program that is installed for the tests, pointed at the stub; our own loop too. */
function configFile(modelUrl: string): string {
  const adapters = createAdapters({ node: process.execPath, programOf: () => '', ownAcp: {} })
  const routed = adapters.filter(({ id, program }) => id === 'omni' || program !== undefined).map(({ id, program }) => {
    const path = program?.executables(platform).map((file) => join(programFolder, id, file)).find((file) => existsSync(file))
    return `  ${id}:\n${path === undefined ? '' : `    path: ${path}\n`}    base_url: ${modelUrl}\n    api_key_env: OMNI_TEST_KEY\n`
  })
  return `harnesses:\n${routed.join('')}`
}
