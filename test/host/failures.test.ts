import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import type { HarnessAdapter, HarnessContext, HarnessSession, ProposedCall } from '../../src/spec/ports/harness.ts'
import { hostWorld } from '../support/host-world.ts'
import { ManualClock } from '../support/manual-clock.ts'

/** A harness without a process, whose every move a test decides. */
function handHarness(move: (context: HarnessContext) => Partial<HarnessSession> | Promise<HarnessSession>): HarnessAdapter {
  return {
    ...createScriptedAdapter({ node: process.execPath, program: import.meta.filename }), id: 'hand',
    start: async (context) => {
      const given = await move(context)
      return { prompt: () => Promise.resolve(), interrupt: () => Promise.resolve(), keeps: () => false, close: () => Promise.resolve(), ...given }
    },
  }
}
const hand = { harness: 'hand' } as const
/** A call of `id`, which runs `command`. */
const call = (id: string, command: string): ProposedCall => ({
  call: id, tool: 'shell', title: command, input: { command }, actions: [{ kind: 'exec', outbound: 'unknown', command }],
})

it.each([
  ['prints garbage', 'process.stdout.write("garbage\\n")', 'protocol'],
  ['floods one line', 'const b = "x".repeat(1 << 20); for (let i = 0; i < 8; i++) process.stdout.write(b)', 'longer than'],
  ['ends at once', 'console.error("no licence"); process.exit(3)', 'no licence'],
])('settles once, with the reason, when a program %s', async (_name, source, reason) => {
  const program = join(process.env['TMPDIR'] ?? '/tmp', `omni-bad-${process.pid}-${reason.length}.mjs`)
  await writeFile(program, `${source}; setInterval(() => {}, 1e6)`)
  const world = await hostWorld({ adapters: [createScriptedAdapter({ node: process.execPath, program })] })
  world.run('trn_1', 'hello')
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(reason) })
  expect(await world.commands()).toEqual([])
})

it('settles once and goes on with a new program when one is killed in a turn', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'one' }, { shell: 'setsid sleep 511 & sleep 512' }])
  await expect.poll(async () => (await world.commands()).includes('sleep 512')).toBe(true)
  const program = (await world.boxes[0]?.processes())?.find(({ command }) => command.includes('main.ts'))
  process.kill(program?.pid ?? 0, 'SIGKILL')
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', advice: expect.stringContaining('again') })
  expect(await world.commands()).toEqual([])
  expect(world.facts('harness.exited')).toHaveLength(1)
  world.run('trn_2', 'explain yourself', { resume: world.facts('harness.ready').at(-1)?.resume ?? '' })
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
  expect(world.facts('message').some(({ text }) => text.includes('earlier turn'))).toBe(true)
})

it('says what to do about a missing harness, program or work folder', async () => {
  const missing: HarnessAdapter = {
    ...handHarness(() => ({})), probe: () => Promise.resolve({ state: 'missing', reason: 'Hand is not installed.', fix: 'Run "omni harness install hand".' }),
  }
  const world = await hostWorld({ adapters: [missing] })
  world.run('trn_1', 'x', hand)
  expect(await world.settled('trn_1')).toEqual({ type: 'turn.settled', outcome: 'failed', reason: 'Hand is not installed.', advice: 'Run "omni harness install hand".' })
  world.run('trn_2', 'x', { harness: 'nobody' })
  expect(await world.settled('trn_2')).toMatchObject({ reason: expect.stringContaining('"nobody"'), advice: expect.stringContaining('hand') })
  world.run('trn_3', 'x', { ...hand, workspace: { mode: 'here', path: '/nowhere/at/all' } })
  expect(await world.settled('trn_3')).toMatchObject({ reason: expect.stringContaining('/nowhere/at/all') })
})

it('gives up on a program that does not come up', async () => {
  const clock = new ManualClock()
  const starting = Promise.withResolvers<void>()
  const world = await hostWorld({ clock, adapters: [handHarness(() => (starting.resolve(), new Promise(() => undefined)))] })
  world.run('trn_1', 'x', hand)
  await starting.promise
  await expect.poll(() => clock.runNext(), { timeout: 10_000 }).toBe(true)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('did not start within') })
})

it('ends a program that does not listen to an interrupt', async () => {
  const clock = new ManualClock()
  const closed: string[] = []
  const deaf = handHarness(() => ({
    interrupt: () => new Promise(() => undefined),
    close: () => {
      closed.push('closed')
      return Promise.resolve()
    },
  }))
  const world = await hostWorld({ clock, adapters: [deaf] })
  world.run('trn_1', 'x', hand)
  await expect.poll(() => world.facts('box.attested').length).toBe(1)
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  await expect.poll(() => {
    clock.advance(2_000)
    return world.facts('turn.settled')
  }).toMatchObject([{ outcome: 'interrupted' }])
  expect(closed.length).toBeLessThanOrEqual(1)
})

it('settles when a program ends without a word on its turn', async () => {
  const clock = new ManualClock()
  const silent = handHarness((context) => ({
    prompt: async () => context.emit({ type: 'exited', code: 1, signal: null, detail: 'crashed' }),
  }))
  const world = await hostWorld({ clock, adapters: [silent] })
  world.run('trn_1', 'x', hand)
  await expect.poll(() => world.facts('harness.exited').length).toBe(1)
  clock.advance(1_000)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('crashed') })
})

it('settles once although a program says it three times', async () => {
  const eager = handHarness((context) => ({
    prompt: async () => {
      for (const outcome of ['completed', 'interrupted', 'completed'] as const) context.emit({ type: 'settled', outcome })
    },
  }))
  const world = await hostWorld({ adapters: [eager] })
  world.run('trn_1', 'x', hand)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'completed' })
  world.run('trn_2', 'x', hand)
  await world.settled('trn_2')
  expect(world.facts('turn.settled')).toHaveLength(2)
})

it('cuts what is too large to keep, and says so', async () => {
  const loud = handHarness((context) => ({
    prompt: async () => {
      context.emit({ type: 'message', item: 'i1', text: `a${'ü'.repeat(8 * 1024 * 1024)}z` })
      context.emit({ type: 'settled', outcome: 'completed' })
    },
  }))
  const world = await hostWorld({ adapters: [loud] })
  world.run('trn_1', 'x', hand)
  await world.settled('trn_1')
  expect(Buffer.byteLength(world.facts('message')[0]?.text ?? '')).toBeLessThanOrEqual(8 * 1024 * 1024)
  expect(world.facts('message')[0]?.text).toMatch(/^aü+\n.*left out.*\nü+z$/s)
  expect(world.facts('notice')).toMatchObject([{ level: 'warning', text: expect.stringContaining('8 MiB') }])
})

it('ends a turn that floods', async () => {
  const flooding = handHarness((context) => ({
    prompt: async () => {
      for (let n = 0; n < 60_000; n += 1) context.emit({ type: 'step.started', step: `s${n}` })
    },
  }))
  const world = await hostWorld({ adapters: [flooding] })
  world.run('trn_1', 'x', hand)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('more than one turn can hold') })
  expect(world.facts('step.started').length).toBeLessThanOrEqual(50_000)
})

it('lets no other call, and no second run, pass under the id of an allowed one', async () => {
  const answers: unknown[] = []
  const sly = handHarness((context) => ({
    prompt: async () => {
      const ask = async (proposed: ProposedCall) => answers.push(await context.authorize(proposed))
      await Promise.all([ask(call('c1', 'ls')), ask(call('c1', 'ls'))])
      await ask(call('c1', 'ls'))
      await ask(call('c1', 'rm -rf /'))
      context.emit({ type: 'settled', outcome: 'completed' })
      await new Promise((resolve) => setImmediate(resolve))
      await ask(call('c2', 'late'))
    },
  }))
  const world = await hostWorld({ adapters: [sly] })
  world.run('trn_1', 'x', hand)
  await world.settled('trn_1')
  await expect.poll(() => answers).toMatchObject([{ type: 'allow' }, { type: 'allow' }, { type: 'deny' }, { type: 'deny' }, { type: 'deny' }])
  expect(world.facts('call.wanted')).toHaveLength(1)
})

it('refuses a call that cannot be written down as it would run', async () => {
  const answers: unknown[] = []
  const odd = handHarness((context) => ({
    prompt: async () => {
      for (const input of [{ size: 1n }, { text: '\ud800' }, { text: 'x'.repeat(5_000_000) }]) answers.push(await context.authorize({ ...call(`c${answers.length}`, 'ls'), input }))
      context.emit({ type: 'settled', outcome: 'completed' })
    },
  }))
  const world = await hostWorld({ adapters: [odd] })
  world.run('trn_1', 'x', hand)
  await world.settled('trn_1')
  expect(answers).toMatchObject([{ type: 'deny' }, { type: 'deny' }, { type: 'deny' }])
  expect(world.facts('call.wanted')).toEqual([])
})

it('logs no environment and no prompt', async () => {
  const world = await hostWorld({ adapters: [handHarness(() => Promise.reject(new Error('cannot start')))] })
  world.run('trn_1', 'my private words', { ...hand, env: { pass: ['SECRET_TOKEN'], set: { KEY: 'my-key' } } })
  expect(await world.settled('trn_1')).toMatchObject({ reason: expect.stringContaining('cannot start') })
  expect(world.problems.join('\n')).not.toMatch(/hidden|my-key|private/)
})

it('reports a program that cannot be executed', async () => {
  const world = await hostWorld()
  const node = join(world.homeDir, 'node')
  await writeFile(node, '')
  await chmod(node, 0o644)
  const broken = await hostWorld({ adapters: [createScriptedAdapter({ node, program: import.meta.filename })] })
  broken.run('trn_1', 'x')
  expect(await broken.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('EACCES') })
})

it('lets a late word on a failed turn not end the next one', async () => {
  let speak = () => {}
  let prompts = 0
  const late = handHarness((context) => ({
    prompt: async () => {
      prompts += 1
      if (prompts > 1) return
      speak = () => context.emit({ type: 'settled', outcome: 'completed' })
      throw new Error('it did not take the prompt')
    },
  }))
  const world = await hostWorld({ adapters: [late] })
  world.run('trn_1', 'x', hand)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed' })
  world.run('trn_2', 'x', hand)
  await expect.poll(() => prompts).toBe(2)
  speak()
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_2' })
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'interrupted' })
})
