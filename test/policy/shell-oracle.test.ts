import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import type { ShellReading } from '../../src/policy/shell/read-shell.ts'
import { seed, share } from '../support/lane.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { generateScript, type GeneratedScript, realPrograms, stubs } from './generate-script.ts'
import { readLine, reasonsOf } from './read-line.ts'

const run = promisify(execFile)
const root = realpathSync(mkdtempSync(join(tmpdir(), 'omni-shell-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const bin = join(root, 'bin')
// A folder of its own for each run: a program that a script left behind must not write into the next one's.
const logs = join(root, 'logs')
const log = join(logs, 'calls')
const which = (name: string) => ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find((path) => existsSync(path))
const bwrap = which('bwrap')
mkdirSync(bin)
mkdirSync(logs)
for (const name of stubs) {
  // One record: the number of words, the words. It fails when told to, so that both branches of conditions run.
  writeFileSync(join(bin, name), `#!${which('dash') ?? '/bin/sh'}\nprintf '%s\\0' "$(($# + 1))" "\${0##*/}" "$@" >> '${log}'\nfor word in "$@"; do [ "$word" = fail ] && exit 1; done\nexit 0\n`)
  chmodSync(join(bin, name), 0o755)
}
for (const name of realPrograms) {
  const path = which(name === 'sh' ? 'bash' : name)
  if (path !== undefined) symlinkSync(path, join(bin, name))
}

/** Runs the script with a real shell that finds nothing but the stubs; returns how each stub was called. */
async function calls({ text, files }: GeneratedScript): Promise<readonly (readonly string[])[]> {
  const folder = join(root, 'work')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content, { mode: 0o755 })
  const own = bwrap === undefined ? logs : mkdtempSync(join(root, 'run-'))
  writeFileSync(join(own, 'calls'), '')
  const box = ['--ro-bind', '/', '/', '--bind', root, root, '--bind', own, logs, '--dev', '/dev', '--proc', '/proc', '--unshare-all', '--die-with-parent', '--chdir', folder]
  const command = ['bash', '--norc', '--noprofile', '-c', text]
  const options = { cwd: folder, env: { PATH: bin, HOME: '/home/me', LC_ALL: 'C.UTF-8' }, timeout: 20_000, maxBuffer: 1 << 24 }
  const [program, ...args] = bwrap === undefined ? [join(bin, 'bash'), ...command.slice(1)] : [bwrap, ...box, join(bin, 'bash'), ...command.slice(1)]
  const running = run(program ?? 'bash', args, options)
  running.child.stdin?.end()
  // A script that ends with a failure is as good as any other.
  await running.catch((error: unknown) => { if (error instanceof Error && 'killed' in error && error.killed === true) throw error })
  const words = readFileSync(join(own, 'calls'), 'utf8').split('\0').slice(0, -1)
  const records: string[][] = []
  for (let at = 0; at < words.length;) {
    const count = Number(words[at])
    records.push(words.slice(at + 1, at + 1 + count))
    at += 1 + count
  }
  return records
}

/** Whether some `exec` of the reading says this call: word for word, or as far as its words are known beforehand. */
function foretold(reading: ShellReading, call: readonly string[]): boolean {
  return reading.actions.some((action) => {
    if (action.kind !== 'exec') return false
    const { argv, prefix } = action
    if (argv !== undefined) return argv.length === call.length && argv.every((word, index) => word === call[index])
    return prefix !== undefined && prefix.length > 0 && prefix.every((word, index) => word === call[index])
  })
}

it('foretells every program that a real shell starts, or says that it cannot tell', async () => {
  const count = share('shell scripts', 40, 500)
  const random = seededRandom(`shell-oracle/${seed}`)
  const surprises: string[] = []
  let [flagged, started] = [0, 0]
  for (let index = 0; index < count; index += 1) {
    const script = generateScript(random)
    const reading = readLine({ line: script.text, files: script.files }, { cwd: join(root, 'work'), home: '/home/me' })
    if (reasonsOf(reading).length > 0) {
      flagged += 1
      continue
    }
    const ran = await calls(script)
    started += ran.length
    const missed = ran.filter((call) => !foretold(reading, call))
    if (missed.length > 0) surprises.push(`${script.text}\n--- files: ${JSON.stringify(script.files)}\n--- not foretold: ${JSON.stringify(missed)}`)
  }
  process.stdout.write(`shell scripts: flagged ${flagged}, programs started ${started}, scripts with one not foretold ${surprises.length}\n`)
  expect(surprises.slice(0, 3).join('\n\n==========\n\n')).toBe('')
  expect(started).toBeGreaterThan(count)
  expect(flagged / count).toBeLessThanOrEqual(0.15)
}, 600_000)
