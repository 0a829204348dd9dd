import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Client, createClient } from '../../src/client/create-client.ts'
import { verifyChain } from '../../src/spec/log/verify-chain.ts'
import { type OmniCli, omniCli } from '../support/omni-cli.ts'
import { realClock } from '../support/real-clock.ts'
import { untilLive } from '../support/until-live.ts'

const diskBytes = 48 * 1024 * 1024

it('keeps what it acknowledged when the disk fills up in mid-turn, refuses with the reason, and goes on when there is room', async () => {
  const cli = await omniCli()
  const state = await serveOnSmallDisk(cli)
  const client = await connect(state)
  const plan = [{ shell: 'echo one >> ran.txt' }, { shell: 'until [ -e go ]; do sleep 0.05; done; echo two >> ran.txt' }, { shell: 'head -c 300000 /dev/zero | tr "\\0" x' }, { say: 'Finished.' }]
  const { session } = await client.createSession({ agent: { name: 'hello' }, harness: 'scripted', sandbox: 'off', workspace: { path: cli.folder }, prompt: `PLAN:${JSON.stringify(plan)}` })
  const live = client.openSession(session)
  onTestFinished(() => client.close())
  const until = (isSo: () => boolean) => untilLive(live, isSo)
  await until(() => live.state.items.some((item) => item.kind === 'tool' && item.title.startsWith('until')))

  fill(state)
  expect(statfsSync(state).bavail).toBe(0)
  const acknowledged: string[] = []
  const refusal = await nameUntilRefused(client, session, acknowledged)
  // What has been written before leaves a little room in pages; it is used up at some point, and then it is said.
  expect(refusal).toMatchObject({ code: 'unavailable' })
  expect((refusal as Error).message).toMatch(/disk.*(full|space)/)
  expect(live.state.view?.turn).toBeDefined()

  // The agent goes on meanwhile; what it reports can not be stored, here or at the host, and is not lost.
  writeFileSync(join(cli.folder, 'go'), '')
  await expect.poll(() => readFileSync(join(cli.folder, 'ran.txt'), 'utf8'), { timeout: 10_000 }).toBe('one\ntwo\n')
  expect(await nameUntilRefused(client, session, acknowledged)).toMatchObject({ code: 'unavailable' })
  rmSync(join(state, 'fill'))
  await until(() => live.state.view?.turn === undefined)
  expect(live.state.view?.lastOutcome).toMatchObject({ outcome: 'completed' })
  await client.command(session, { type: 'session.rename', title: 'after' })
  acknowledged.push('after')

  const { events } = await client.events(session, { limit: 500 })
  const log = [...events]
  for (let page = events; page.length === 500; log.push(...page)) page = (await client.events(session, { after: log.at(-1)?.seq ?? 0, limit: 500 })).events
  expect(verifyChain(log).problems).toEqual([])
  const titles = log.filter((event) => event.type === 'session.renamed').map((event) => (event.data as { title: string }).title)
  expect(titles).toEqual(acknowledged)
  const done = log.filter((event) => event.type === 'tool.completed').map((event) => (event.data as { outcome: string }).outcome)
  expect(done).toEqual(['ok', 'ok', 'ok'])
  expect(readFileSync(join(cli.folder, 'ran.txt'), 'utf8')).toBe('one\ntwo\n')
}, 120_000)

/** The real server and host, their state folder on a file system of its own. Gives the folder as seen from here. */
async function serveOnSmallDisk(cli: OmniCli): Promise<string> {
  const script = `mount -t tmpfs -o size=${diskBytes},mode=700 none "$0" && exec "$@"`
  // A mount namespace of its own, so that it needs no root and leaves nothing mounted.
  const server: ChildProcess = spawn('unshare', ['-Urm', 'bash', '-c', script, cli.home, process.execPath, cli.entry, 'server', 'start', '--foreground', '--port', '0'], { env: cli.env, cwd: cli.folder, stdio: 'ignore' })
  const seen = `/proc/${server.pid}/root${cli.home}`
  const file = join(seen, 'run', 'host.json')
  onTestFinished(async () => {
    const host = JSON.parse(readFileSync(file, 'utf8')) as { pid: number }
    process.kill(host.pid)
    server.kill()
    await new Promise((resolve) => server.once('exit', resolve))
  })
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true)
  return seen
}

async function connect(state: string): Promise<Client> {
  const { url } = JSON.parse(readFileSync(join(state, 'run', 'server.json'), 'utf8')) as { url: string }
  return createClient({ baseUrl: url, token: readFileSync(join(state, 'run', 'token'), 'utf8').trim(), clock: realClock })
}

/** Takes the last byte. */
function fill(state: string): void {
  const file = openSync(join(state, 'fill'), 'w')
  for (const bytes of [1024 * 1024, 4096, 1]) {
    const block = Buffer.alloc(bytes)
    try {
      for (;;) writeSync(file, block)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
  closeSync(file)
}

/** Renames until it is refused, and gives the refusal; what was answered before it is noted. */
async function nameUntilRefused(client: Client, session: string, acknowledged: string[]): Promise<unknown> {
  for (let each = 0; each < 20_000; each += 1) {
    const title = `name ${acknowledged.length} ${'x'.repeat(150)}`
    const refusal = await client.command(session, { type: 'session.rename', title }).then(() => undefined, (error: unknown) => error)
    if (refusal !== undefined) return refusal
    acknowledged.push(title)
  }
  return undefined
}
