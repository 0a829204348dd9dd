import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runSecretCommand } from './run-secret-command.ts'

const environment = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus', GITHUB_TOKEN: 'not-for-others', LD_PRELOAD: '' }
const run = (command: readonly string[], more: { readonly withinMs?: number; readonly signal?: AbortSignal } = {}) => runSecretCommand({ command, environment, withinMs: 10_000, ...more })

it('gives what the command prints, without a shell, a terminal or the environment', async () => {
  expect(await run(['printf', '%s', 'ghp_$HOME `id`'])).toEqual({ type: 'printed', text: 'ghp_$HOME `id`' })
  const { stdout } = await printed(['sh', '-c', 'env | sort | grep -v -e ^_= -e ^PWD= -e ^SHLVL=; cat; tty 2>&1; pwd'])
  expect(stdout.split('\n')).toEqual(['DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bus', 'HOME=/nowhere', `PATH=${environment.PATH}`, 'not a tty', '/', ''])
})

it('says why there is nothing, and nothing of what was printed', async () => {
  expect(await run(['no-such-program-here'])).toEqual({ type: 'failed', why: 'was not found' })
  expect(await run([import.meta.filename])).toEqual({ type: 'failed', why: 'could not be started (EACCES)' })
  expect(await run(['sh', '-c', 'echo half-a-secret; echo half-a-secret >&2; exit 3'])).toEqual({ type: 'failed', why: 'ended with exit code 3' })
  expect(await run(['sh', '-c', 'kill -9 $$'])).toEqual({ type: 'failed', why: 'was ended by SIGKILL' })
  expect(await run(['yes'])).toEqual({ type: 'failed', why: 'printed far more than a secret' })
  expect(await run(['sleep', '60'], { signal: AbortSignal.abort() })).toEqual({ type: 'failed', why: 'was stopped' })
})

it('ends what does not end by itself, with what it started', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'omni-secret-command-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const pids = join(dir, 'pids')
  // The second one leaves the group, with our pipe in its hands: it must not hold us up.
  const script = 'sleep 60 & echo $! > "$0"; setsid sleep 60 & echo $! >> "$0"; echo x; wait'
  expect(await run(['sh', '-c', script, pids], { withinMs: 1_000 })).toEqual({ type: 'failed', why: 'did not end within 1 seconds' })
  const [inside = '', outside = ''] = (await readFile(pids, 'utf8')).trim().split('\n')
  onTestFinished(() => void process.kill(Number(outside), 'SIGKILL'))
  await expect.poll(() => readFile(`/proc/${inside}/stat`, 'utf8').then((stat) => stat.split(' ')[2], () => 'gone'), { timeout: 5_000 }).toMatch(/gone|Z/)
})

async function printed(command: readonly string[]): Promise<{ readonly stdout: string }> {
  const result = await run(command)
  if (result.type === 'failed') throw new Error(result.why)
  return { stdout: result.text }
}
