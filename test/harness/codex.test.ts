import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCodexAdapter } from '../../src/harness/codex/adapter.ts'
import { harnessWorld, settledOf } from '../conformance/harness/harness-world.ts'

// What only Codex has; the rest is in the conformance suite.

it('asks before a tool that calls itself read-only, and keeps the secrets of its server off every command line', async () => {
  const world = await harnessWorld(createCodexAdapter())
  const env = { ...world.mcpServer.env, PARROT_HINT: '1', PARROT_SECRET: 'hush-77' }
  const session = await world.start({ mcp: { parrot: { ...world.mcpServer, env } }, authorize: async () => ({ type: 'deny', reason: 'no birds' }) })
  const signals = await world.run(session, [{ mcp: { server: 'parrot', tool: 'repeat', input: { text: 'polly-13' } } }, { say: 'went on' }])
  expect(world.calls).toEqual([expect.objectContaining({ call: expect.stringMatching(/^call_plan/), actions: [expect.objectContaining({ kind: 'mcp.call' })] })])
  expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', call: world.calls[0]?.call, outcome: 'denied' }))
  expect(existsSync(join(world.workspace, 'parrot.log'))).toBe(false)
  const commands = (await world.box.processes()).map((process) => process.command)
  expect(commands.join('\n')).toContain('parrot-server')
  expect(commands.join('\n')).not.toContain('hush-77')
}, 60_000)

it('ends a turn when its sub-agent has ended, counts what that used, and says what it said', async () => {
  const world = await harnessWorld(createCodexAdapter())
  const session = await world.start()
  const signals = await world.run(session, [{ task: [{ shell: 'echo below > below.txt' }, { say: 'below is done' }] }, { say: 'all done' }])
  const start = signals.find((signal) => signal.type === 'tool.seen')
  expect(start).toMatchObject({ actions: [{ kind: 'spawn' }] })
  expect(signals.at(-1)).toEqual({ type: 'settled', outcome: 'completed' })
  expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', call: start?.type === 'tool.seen' ? start.call : '', outcome: 'ok', output: 'below is done' }))
  const used = signals.flatMap((signal) => (signal.type === 'step.ended' ? [signal.usage?.output ?? 0] : []))
  expect(used).toEqual([34, 34, 34, 34])
}, 60_000)

it('says with each call that a key pays for it', async () => {
  const world = await harnessWorld(createCodexAdapter())
  const session = await world.start({ own: { OPENAI_API_KEY: 'a-key-of-its-own', OPENAI_BASE_URL: `${world.stub.url}/v1` } })
  const signals = await world.run(session, [{ say: 'done' }])
  expect(signals.flatMap((signal) => (signal.type === 'step.ended' ? [signal.billing] : []))).toEqual(['metered'])
}, 60_000)

it('stops its sub-agents with the turn', async () => {
  const world = await harnessWorld(createCodexAdapter())
  const asked = Promise.withResolvers<void>()
  const session = await world.start({ authorize: () => (asked.resolve(), new Promise(() => undefined)) })
  const running = world.run(session, [{ task: [{ shell: 'echo below > below.txt' }, { say: 'never' }] }, { say: 'all done' }])
  await asked.promise
  await session.interrupt()
  expect(settledOf(await running)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
  expect(existsSync(join(world.workspace, 'below.txt'))).toBe(false)
}, 60_000)

it('tells which models can be chosen', async () => {
  const world = await harnessWorld(createCodexAdapter())
  await world.start()
  const offers = await world.next((signal) => signal.type === 'offers', 0)
  expect(offers).toMatchObject({ models: expect.arrayContaining([{ id: 'gpt-5.5', title: 'GPT-5.5' }]) })
}, 60_000)

it('says the plan of its plan mode', async () => {
  const world = await harnessWorld(createCodexAdapter())
  const session = await world.start()
  await session.setMode?.('plan')
  const signals = await world.run(session, [{ say: '<proposed_plan>\n# First this\n</proposed_plan>' }])
  expect(signals).toContainEqual(expect.objectContaining({ type: 'message', text: expect.stringContaining('# First this') }))
}, 60_000)
