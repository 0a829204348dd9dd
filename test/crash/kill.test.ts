import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { followEvents } from '../../src/client/follow-events.ts'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { verifyChain } from '../../src/spec/log/verify-chain.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { share } from '../support/lane.ts'
import { type OmniCli, omniCli } from '../support/omni-cli.ts'
import { realClock } from '../support/real-clock.ts'

type Victim = 'server' | 'host' | 'harness'
interface Kill {
  readonly harness: string
  readonly victim: Victim
  /** Killed when this many events of the turn were seen; a program also only once it is there. */
  readonly at: number
}

const models: Readonly<Record<string, string>> = { 'claude-code': 'claude-sonnet-4-5', codex: 'gpt-5.5', pi: 'stub-1', omni: 'stub-1' }
const steps = 4

/** Every program is killed in every role, early, in the middle and late. */
const kills: readonly Kill[] = [2, 7, 13].flatMap((at) => (['server', 'host', 'harness'] as const).flatMap((victim) => ['pi', 'codex', 'claude-code', 'omni'].map((harness) => ({ harness, victim, at }))))

const stride = Math.ceil(kills.length / share('real kills', 5, kills.length))
const chosen = kills.filter((_, index) => index % stride === 0)

it.each(chosen)('keeps its promises when the $victim is killed on $harness after $at events', async ({ harness, victim, at }) => {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  execFileSync('git', ['init', '-q', cli.folder])
  const made = await connect(cli)
  const plan = [...Array.from({ length: steps }, (_, index) => ({ shell: `echo step${index} >> ran.txt; sleep 0.3` })), { say: 'Finished.' }]
  const { session } = await made.createSession({ agent: { name: 'hello' }, harness, model: models[harness] ?? '', workspace: { path: cli.folder }, prompt: `PLAN:${JSON.stringify(plan)}` })
  await events(cli, session, 0, (seen) => seen.filter((event) => event.turn !== undefined).length >= at && (victim !== 'harness' || seen.some((event) => event.type === 'harness.started')))
  await kill(cli, victim)
  const log = await events(cli, session, 0, (seen) => seen.some((event) => event.type === 'turn.ended'))

  expect(verifyChain(log).problems).toEqual([])
  const ended = log.filter((event) => event.type === 'turn.ended').map((event) => (event.data as { outcome: string }).outcome)
  expect(ended).toEqual([victim === 'server' ? 'completed' : 'failed'])
  // The file system is the oracle: no step ran twice, and none that the log does not know as released.
  const ran = existsSync(join(cli.folder, 'ran.txt')) ? readFileSync(join(cli.folder, 'ran.txt'), 'utf8').trim().split('\n') : []
  expect(new Set(ran).size).toBe(ran.length)
  const released = new Set(log.filter((event) => event.type === 'tool.released').map((event) => (event.data as { call: string }).call))
  expect(ran.length).toBeLessThanOrEqual(released.size)
  if (victim === 'server') expect(ran).toEqual(['step0', 'step1', 'step2', 'step3'])
  // The next prompt works.
  const client = await connect(cli)
  await client.command(session, { type: 'turn.start', text: 'PLAN:[{"shell":"echo again >> again.txt"},{"say":"ok"}]' })
  const after = await events(cli, session, log.length, (seen) => seen.some((event) => event.type === 'turn.ended'))
  expect(after.find((event) => event.type === 'turn.ended')?.data).toMatchObject({ outcome: 'completed' })
  expect(readFileSync(join(cli.folder, 'again.txt'), 'utf8')).toBe('again\n')
  await cli.run(['server', 'stop', '--all'])
  expect(orphans(cli)).toEqual([])
  await stub.close()
}, 60_000)

async function connect(cli: OmniCli) {
  await cli.run(['server', 'start'])
  const { url } = await cli.state('server')
  return createClient({ baseUrl: url ?? '', token: readFileSync(join(cli.home, 'run', 'token'), 'utf8').trim(), clock: realClock })
}

/** Follows the session until `enough`; the server is started again whenever it is gone. */
async function events(cli: OmniCli, session: string, after: number, enough: (seen: readonly Envelope[]) => boolean): Promise<Envelope[]> {
  const seen: Envelope[] = []
  for (;;) {
    if (!(await isUp(cli))) await cli.run(['server', 'start'])
    const { url } = await cli.state('server')
    const ending = new AbortController()
    const token = readFileSync(join(cli.home, 'run', 'token'), 'utf8').trim()
    for await (const followed of followEvents({ baseUrl: url ?? '', token, session, after: seen.at(-1)?.seq ?? after, clock: realClock, signal: ending.signal })) {
      if (followed.type === 'event') seen.push(followed.event)
      if (followed.type === 'reconnecting') break
      if (enough(seen)) return seen
    }
    ending.abort()
  }
}

/** Asked first, because a start of the command takes as long as a whole turn here. */
async function isUp(cli: OmniCli): Promise<boolean> {
  const { pid } = await cli.state('server').catch(() => ({ pid: 0 }))
  return pid !== 0 && existsSync(`/proc/${pid}`)
}

async function kill(cli: OmniCli, victim: Victim): Promise<void> {
  const pid = victim === 'harness' ? harnessPid(cli) : (await cli.state(victim)).pid
  if (pid === undefined) throw new Error(`there is no ${victim} to kill`)
  process.kill(pid, 'SIGKILL')
}

/** The program works in the session's folder and was there before what it started; names tell nothing, some change theirs. */
function harnessPid(cli: OmniCli): number | undefined {
  const there = processes(cli).filter(({ cwd, command }) => cwd === cli.folder && !/^\S*bwrap /.test(command))
  return there.map(({ pid }) => pid).toSorted((one, other) => one - other)[0]
}

function orphans(cli: OmniCli): string[] {
  return processes(cli).map(({ pid, command }) => `${pid} ${command}`)
}

function processes(cli: OmniCli): { pid: number; cwd: string; command: string }[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const cwd = readlinkSync(`/proc/${name}/cwd`)
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return (cwd.startsWith(cli.dir) || command.includes(cli.dir)) && Number(name) !== process.pid ? [{ pid: Number(name), cwd, command }] : []
    } catch {
      // It ended while we looked.
      return []
    }
  })
}
