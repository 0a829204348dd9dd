import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setupWorld } from '../support/setup-world.ts'
import { openTerminal } from '../support/terminal.ts'

const keys = { anthropic: 'sk-saved-a-8f3b1c9d', openai: 'sk-saved-o-27e6d40a' } as const
const plan = (say: string) => `PLAN:[${JSON.stringify({ say })}]`

/** Every file below a folder that holds a text. */
async function filesWith(folder: string, words: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path).catch(() => Buffer.alloc(0)) // Gone meanwhile: a program's own.
    return words.some((word) => content.includes(word)) ? [path] : []
  }))
  return found.flat().toSorted()
}

/** The command line of every process of this machine, as anybody may read it. */
async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(pids.map((pid) => readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')))).join('\n') // A process may have ended.
}

it('gives saved keys to the real programs, and leaves them nowhere else', async () => {
  const { cli, stub, feed } = await setupWorld({ programs: true })
  const printed: string[] = []
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli.run(args)
    printed.push(stdout, stderr)
    return { code, stdout }
  }
  for (const [provider, key] of Object.entries(keys)) printed.push(JSON.stringify(await feed(key, ['setup', '--provider', provider])))
  expect((await run('setup', '--model', 'codex=gpt')).code).toBe(0)
  for (const [harness, key, model] of [['codex', keys.openai, 'gpt-5.5'], ['claude-code', keys.anthropic, /claude/], ['omni', keys.anthropic, 'claude-sonnet-4-5']] as const) {
    const { code, stdout } = await run('run', 'hello', '--harness', harness, '-p', plan(`Said on ${harness}.`))
    expect({ harness, code, stdout }).toEqual({ harness, code: 0, stdout: expect.stringContaining(`Said on ${harness}.`) })
    const request = await stub.request(({ asked }) => asked?.prompt.includes(`Said on ${harness}.`) === true)
    expect(request.authorization.replace('Bearer ', '')).toBe(key)
    expect(request.asked?.model).toEqual(typeof model === 'string' ? model : expect.stringMatching(model))
  }
  const { stdout: sessions } = await run('sessions', '--json')
  const session = /ses_\w+/.exec(sessions)?.[0] ?? ''
  for (const args of [['export', session], ['setup', '--json'], ['setup', '--show'], ['models', '--refresh'], ['harness', 'doctor', '--json'], ['harness', 'doctor'], ['doctor'], ['harness', 'list', '--json']]) await run(...args)
  const words = Object.values(keys)
  expect(words.filter((word) => printed.join('\n').includes(word))).toEqual([])
  // The programs stay for their next turn: their command lines are there to be read.
  const lines = await commandLines()
  expect(lines).toContain('app-server')
  expect(words.filter((word) => lines.includes(word))).toEqual([])
  // Everything that we and the programs wrote: logs, the log, settings, the programs' own folders under HOME.
  expect(await filesWith(cli.dir, words)).toEqual(['anthropic', 'openai'].map((name) => join(cli.home, 'keys', name)))
}, 240_000)

it('sends a harness to a gateway with a key of its own, from the next turn on, and the doctor says so', async () => {
  const { cli, stub, feed } = await setupWorld({ programs: true })
  expect(await feed('sk-of-the-gateway-1', ['setup', '--gateway', 'pi', '--base-url', stub.url])).toMatchObject({ code: 0 })
  expect(await readFile(join(cli.home, 'config.yaml'), 'utf8')).toBe(`harnesses:\n  pi:\n    base_url: ${stub.url}\n`)
  expect(await cli.run(['run', 'hello', '--harness', 'pi', '--model', 'stub-1', '-p', plan('Through the gateway.')])).toMatchObject({ code: 0, stdout: expect.stringContaining('Through the gateway.') })
  expect((await stub.request(({ asked }) => asked?.model === 'stub-1')).authorization).toBe('sk-of-the-gateway-1')
  const { stdout } = await cli.run(['harness', 'doctor', 'pi'])
  for (const line of [`credential: gateway ${stub.url}`, 'versions: tested', 'gate: asks before every call', /conformance: \d+ of \d+ cases/]) expect(stdout).toMatch(line)
  expect((await cli.run(['models', '--harness', 'pi'])).stdout).toContain('claude-stub-large')
}, 120_000)

it('starts the vendor’s own sign-in in this terminal', async () => {
  const { cli } = await setupWorld({ programs: true })
  const terminal = openTerminal(cli, ['setup', '--login', 'codex'])
  await terminal.until((text) => text.includes('auth.openai.com'))
  terminal.type('\u0003')
  await expect(terminal.until((text) => text.includes('doctor codex'))).resolves.toBeUndefined()
})

it('upgrades what it installed, leaves alone what it did not, and says what to do', async () => {
  const { cli } = await setupWorld()
  // npm finds its registry as it does for whoever runs the tests.
  for (const [name, value] of Object.entries(process.env)) cli.env[name] ??= value ?? ''
  cli.env['npm_config_userconfig'] ??= join(homedir(), '.npmrc')
  expect(await cli.run(['harness', 'upgrade'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Installed by omni: none') })
  expect(await cli.run(['harness', 'upgrade', 'pi-acp'])).toMatchObject({ code: 2, stderr: expect.stringContaining('omni harness install pi-acp') })
  const old = join(cli.home, 'harnesses', 'pi-acp', 'node_modules', 'pi-acp')
  await mkdir(old, { recursive: true })
  await writeFile(join(old, 'package.json'), '{"name":"pi-acp","version":"0.0.1"}')
  expect(await cli.run(['harness', 'upgrade', '--all'])).toMatchObject({ code: 0, stderr: expect.stringContaining('0.0.1 → 0.0.34') })
  expect(await cli.run(['harness', 'upgrade', 'pi-acp'])).toMatchObject({ code: 0, stderr: expect.stringContaining('at 0.0.34, the tested version') })
}, 180_000)
