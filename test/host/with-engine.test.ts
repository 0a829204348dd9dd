import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { dialUnix } from '../../src/host/link/dial-unix.ts'
import { listenUnix } from '../../src/host/link/listen-unix.ts'
import { createMemoryLink } from '../../src/host/link/memory-link.ts'
import { openDiskOutbox } from '../../src/host/outbox/disk-outbox.ts'
import { noFaults } from '../../src/spec/ports/faults.ts'
import { engineWorld, person } from '../support/engine-world.ts'
import { hostWorld } from '../support/host-world.ts'
import { realClock } from '../support/real-clock.ts'

/** Engine and host joined, with the scripted harness in a real box: the whole line from command to process and back. */
async function joined(more: Parameters<typeof hostWorld>[0] = {}) {
  const engine = await engineWorld()
  const host = await hostWorld(more)
  const connect = () => {
    const link = createMemoryLink()
    engine.engine.acceptHost(link.engine)
    host.host.connect(link.host)
    return link
  }
  const create = async (steps: readonly object[]) => {
    const { session } = await engine.engine.create({
      id: 'joined', agent: { name: 'hello', hash: 'h', spec: {} }, harness: 'scripted', sandbox: 'off', workspace: { mode: 'here', path: host.workspace }, prompt: `PLAN:${JSON.stringify(steps)}`,
    }, person)
    return session
  }
  const ended = (session: string, turns = 1) =>
    expect.poll(async () => (await engine.types(session)).filter((type) => type === 'turn.ended').length, { timeout: 10_000 }).toBe(turns)
  return { engine, host, connect, create, ended }
}

it('runs a prompt from command to process and back into the log', async () => {
  const { engine, host, connect, create, ended } = await joined()
  connect()
  const session = await create([{ say: 'hello' }, { write: { path: 'a.txt', content: 'x' } }, { shell: 'cat a.txt' }, { usage: { input: 3, output: 4 } }])
  await ended(session)
  expect(await readFile(join(host.workspace, 'a.txt'), 'utf8')).toBe('x')
  expect((await engine.types(session)).filter((type) => /^(tool|box|harness|turn|message)/.test(type))).toEqual([
    'turn.started', 'box.attested', 'harness.started', 'harness.started', 'message.completed', 'tool.proposed', 'tool.released', 'tool.completed',
    'tool.proposed', 'tool.released', 'tool.completed', 'turn.ended',
  ])
  expect(engine.problems).toEqual([])
  expect(host.problems).toEqual([])
})

it('keeps a turn alive over a cut link and a restarted server', async () => {
  const { engine, host, connect, create, ended } = await joined()
  const link = connect()
  const session = await create([{ shell: 'until test -e go; do sleep 0.02; done' }, { write: { path: 'b.txt', content: 'y' } }])
  await expect.poll(async () => (await host.commands()).some((command) => command.includes('until'))).toBe(true)
  link.cut()
  await engine.restart()
  await writeFile(join(host.workspace, 'go'), '')
  connect()
  await ended(session)
  expect(await readFile(join(host.workspace, 'b.txt'), 'utf8')).toBe('y')
  const types = await engine.types(session)
  expect(types.filter((type) => type === 'tool.proposed')).toHaveLength(2)
  expect(types.filter((type) => type === 'turn.started')).toHaveLength(1)
})

it('stops a turn and its processes on command', async () => {
  const { engine, host, connect, create, ended } = await joined()
  connect()
  const session = await create([{ shell: 'setsid sleep 531 & sleep 532' }])
  await expect.poll(async () => (await host.commands()).includes('sleep 532')).toBe(true)
  await engine.command(session, { type: 'turn.interrupt' })
  await ended(session)
  expect((await host.commands()).filter((command) => command.startsWith('sleep'))).toEqual([])
  expect((await engine.log(session)).at(-1)).toMatchObject({ type: 'turn.ended', data: { outcome: 'interrupted' } })
})

it('does the same over a unix socket with its outbox on disk', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'omni-joined-'))
  const problems: string[] = []
  const report = (problem: string) => problems.push(problem)
  const outbox = await openDiskOutbox({ dir: join(dir, 'outbox'), epoch: 'epo_1', clock: realClock, faults: noFaults, report })
  const { engine, host, create, ended } = await joined({ outbox })
  const listening = await listenUnix(join(dir, 's'), { onLink: (link) => engine.engine.acceptHost(link), report })
  const dialling = dialUnix(join(dir, 's'), { onLink: (link) => host.host.connect(link), clock: realClock, report })
  onTestFinished(async () => {
    await dialling.close()
    await listening.close()
    await rm(dir, { recursive: true })
  })
  const session = await create([{ say: 'hello '.repeat(10_000), deltas: 50 }, { shell: 'seq 20000' }])
  await ended(session)
  await expect.poll(() => outbox.pending()).toEqual([])
  expect((await engine.log(session)).at(-1)).toMatchObject({ data: { outcome: 'completed' } })
  expect([...problems, ...engine.problems, ...host.problems]).toEqual([])
})
