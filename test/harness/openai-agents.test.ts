import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createOpenaiAgentsAdapter } from '../../src/harness/openai-agents/adapter.ts'
import { lastSent } from '../conformance/harness/case-tools.ts'
import { harnessWorld, redDot, settledOf, textOf } from '../conformance/harness/harness-world.ts'
import { openaiAgentsWorld } from '../support/openai-agents-world.ts'

const program = join(import.meta.dirname, '../../src/harness/openai-agents/program/main.ts')
const call = (name: string, input: unknown) => ({ calls: [{ name, input }] })
const completed = { type: 'settled', outcome: 'completed' }

it('speaks Chat Completions with a model of a compatible service', async () => {
  const world = await harnessWorld(createOpenaiAgentsAdapter({ node: process.execPath, program }))
  const session = await world.start({ model: 'openrouter/some/model' })
  const signals = await world.run(session, [{ say: 'First. ' }, { shell: 'echo hi > made.txt' }, { write: { path: 'new.md', content: 'hello\n' } }, { say: 'Finished.', deltas: 3 }], 'größe 🚀')
  expect(settledOf(signals)).toEqual([completed])
  expect(await readFile(join(world.workspace, 'new.md'), 'utf8')).toBe('hello\n')
  expect(textOf(signals)).toContain('Finished.')
  expect(new Set(world.stub.requests.map((request) => request.path))).toEqual(new Set(['/v1/chat/completions']))
  expect(world.stub.requests.at(-1)?.asked).toMatchObject({ model: 'some/model', callsDone: 2 })
  expect(signals.flatMap((signal) => (signal.type === 'step.ended' ? [signal.usage] : []))).toContainEqual({ input: 1_000, output: 34, cacheRead: 200 })
  const failed = await world.run(session, [{ error: { status: 400, message: 'the-service-says-no' } }])
  expect(settledOf(failed)).toEqual([expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('the-service-says-no') })])
  expect(textOf(await world.run(session, [{ say: 'still here' }]))).toContain('still here')
})

describe('calls', () => {
  it('of one answer are asked for together, and give their results in order', async () => {
    const world = await openaiAgentsWorld([{ calls: [{ name: 'shell', input: { command: 'cat b.txt' } }, { name: 'read', input: { path: 'a.txt' } }] }, { say: 'done' }])
    await writeFile(join(world.workspace, 'a.txt'), 'text of a')
    await writeFile(join(world.workspace, 'b.txt'), 'text of b')
    const both = Promise.withResolvers<void>()
    let waiting = 0
    const session = await world.start({ authorize: async () => {
      if ((waiting += 1) === 2) both.resolve()
      await both.promise
      return { type: 'allow' }
    } })
    expect(await world.run(session, 'go')).toEqual(completed)
    expect(world.service.requests[1]?.text).toMatch(/function_call_output.*text of b.*function_call_output.*text of a/)
  })

  it('are told apart where a service uses an id twice, over answers and turns', async () => {
    const world = await openaiAgentsWorld([call('shell', { command: 'echo one' }), call('shell', { command: 'echo two' }), { say: 'done' }, call('shell', { command: 'echo three' }), { say: 'again' }])
    const session = await world.start()
    expect(await world.run(session, 'go')).toEqual(completed)
    expect(await world.run(session, 'more')).toEqual(completed)
    expect(world.of('tool.done').map((signal) => signal.output.trim())).toEqual(['one', 'two', 'three'])
    expect(new Set(world.of('tool.done').map((signal) => signal.call)).size).toBe(3)
    expect(world.service.requests.at(-1)?.text).toMatch(/one.*two.*done.*three/)
  })

  it('of a tool that is not offered, or with an input that does not fit, are answered and never asked for', async () => {
    const world = await openaiAgentsWorld([{ calls: [{ name: 'shell', input: { command: 'touch leaked' } }, { name: 'read', input: { file: 'a' } }] }, call('read', '{"path": "a'), { say: 'done' }])
    expect(await world.run(await world.start({ tools: ['read', 'delegate'] }), 'go')).toEqual(completed)
    expect(world.service.requests[0]?.body.tools?.map((tool) => tool.name).toSorted()).toEqual(['read', 'search', 'update_plan'])
    expect(world.service.requests[1]?.text).toMatch(/There is no tool.*does not fit read.*It takes: path, offset, limit/)
    expect(world.service.requests[2]?.text.split('does not fit read')).toHaveLength(3)
    expect(world.asked).toEqual([])
  })

  it('get no key, and neither does the environment of the program', async () => {
    const world = await openaiAgentsWorld([call('shell', { command: 'env' }), { say: 'done' }])
    await world.run(await world.start({ env: { ...world.context.env, OPENAI_API_KEY: 'sk-secret', PLAIN: 'seen' } }), 'go')
    const output = world.of('tool.done')[0]?.output ?? ''
    expect(output).toContain('PLAIN=seen')
    expect(output).not.toContain('sk-secret')
    const [running] = await world.box.processes()
    for (const part of ['environ', 'cmdline']) expect(await readFile(`/proc/${running?.pid}/${part}`, 'utf8')).not.toContain('sk-secret')
  })
})

it('goes on for as many steps as the work takes', async () => {
  const world = await openaiAgentsWorld([...Array.from({ length: 15 }, () => call('read', { path: '.' })), { say: 'done' }])
  expect(await world.run(await world.start(), 'go')).toEqual(completed)
  expect(world.of('tool.done')).toHaveLength(15)
})

it('streams reasoning, and gives it back sealed to the model that it came from, to no other', async () => {
  const world = await openaiAgentsWorld([{ think: 'I wonder.', ...call('shell', { command: 'true' }) }, { say: 'done' }, { say: 'other' }])
  const session = await world.start({ model: 'gpt-5.5', effort: 'high' })
  await world.run(session, 'go')
  expect(world.of('reasoning').map((signal) => signal.text)).toEqual(['I wonder.'])
  expect(world.of('message')[0]).toMatchObject({ reasoning: 'I wonder.' })
  expect(world.of('step.ended')[0]?.usage).toEqual({ input: 100, output: 7, reasoning: 3 })
  expect(world.service.requests[0]?.body).toMatchObject({ reasoning: { effort: 'high', summary: 'auto' }, store: false, include: ['reasoning.encrypted_content'] })
  expect(world.service.requests[1]?.text).toContain('"encrypted_content":"sealed-1"')
  await session.setModel?.('another')
  await world.run(session, 'more')
  expect(world.service.requests[2]?.body).toMatchObject({ model: 'another' })
  expect(world.service.requests[2]?.text).not.toContain('reasoning.encrypted_content')
  expect(world.service.requests[2]?.text).not.toContain('sealed-1')
})

it('names no effort where none is asked for', async () => {
  const world = await openaiAgentsWorld([{ say: 'a' }])
  await world.run(await world.start({ model: 'gpt-5.5' }), 'go')
  expect(world.service.requests[0]?.body).not.toHaveProperty('reasoning')
  expect(world.service.requests[0]?.body).toMatchObject({ instructions: expect.stringMatching(/You are a coding agent[\s\S]*Be good\./) })
})

it('asks a busy service again as soon as it says, and says so', async () => {
  const world = await openaiAgentsWorld([{ status: 429, headers: { 'retry-after-ms': '5' }, message: 'slow down' }, { status: 503, headers: { 'retry-after-ms': '5' }, message: 'Overloaded' }, { say: 'here' }])
  expect(await world.run(await world.start(), 'go')).toEqual(completed)
  expect(world.service.requests).toHaveLength(3)
  expect(world.of('notice').map((signal) => signal.text)).toEqual([expect.stringContaining('429 slow down'), expect.stringContaining('503 Overloaded')])
  expect(world.of('step.started')).toHaveLength(world.of('step.ended').length)
})

it('asks a compatible service to cache, where it wants to be asked', async () => {
  const world = await harnessWorld(createOpenaiAgentsAdapter({ node: process.execPath, program }))
  await world.run(await world.start({ model: 'openrouter/anthropic/claude-x' }), [{ say: 'one' }])
  expect(world.stub.requests.at(-1)?.body).toMatchObject({ cache_control: { type: 'ephemeral' } })
})

it.each(['stub-1', 'openrouter/some/model'])('asks a service again that broke off in the middle, and shows pictures: %s', async (model) => {
  const world = await harnessWorld(createOpenaiAgentsAdapter({ node: process.execPath, program }))
  await writeFile(join(world.workspace, 'seen.png'), Buffer.from(redDot, 'base64'))
  const session = await world.start({ model, effort: 'high' })
  const cut = await world.run(session, [{ say: 'half of it', deltas: 3, cut: true }])
  expect(settledOf(cut)).toEqual([completed])
  expect(cut).toContainEqual({ type: 'notice', level: 'warning', text: expect.stringContaining('asked again') })
  await world.run(session, [{ read: 'seen.png' }, { say: 'a dot' }], 'look', [await world.image('sent.png')])
  expect(lastSent(world).split(redDot)).toHaveLength(3)
  expect(world.stub.requests.at(-1)?.body).toMatchObject(model === 'stub-1' ? { reasoning: { effort: 'high' } } : { reasoning_effort: 'high' })
})

it('stops at once while it waits for a busy service', async () => {
  const world = await openaiAgentsWorld([{ status: 503, headers: { 'retry-after': '60' } }])
  const noticed = Promise.withResolvers<void>()
  const session = await world.start({ emit: (signal) => {
    if (signal.type === 'notice') noticed.resolve()
    world.context.emit(signal)
  } })
  const running = world.run(session, 'go')
  await noticed.promise
  await session.interrupt()
  expect(await running).toEqual({ type: 'settled', outcome: 'interrupted' })
})

it.each(['the-stream-broke', 'failed: the-stream-broke'])('remembers what it had said when the service gave up (%s), and goes on', async (breaks) => {
  const world = await openaiAgentsWorld([{ say: 'half a thou', breaks }, { say: 'whole' }])
  const session = await world.start()
  expect(await world.run(session, 'go')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('the-stream-broke') })
  expect(await world.run(session, 'go on')).toEqual(completed)
  expect(world.service.requests[1]?.text).toContain('half a thou')
})

it('tells the model what became of each call when it was interrupted among several', async () => {
  const world = await openaiAgentsWorld([{ calls: [{ name: 'shell', input: { command: 'echo quick' } }, { name: 'shell', input: { command: 'sleep 987' } }] }, { say: 'went on' }])
  const quick = Promise.withResolvers<void>()
  const session = await world.start({ emit: (signal) => {
    if (signal.type === 'tool.done' && signal.outcome === 'ok') quick.resolve()
    world.context.emit(signal)
  } })
  const running = world.run(session, 'go')
  await quick.promise
  await session.interrupt()
  expect(await running).toEqual({ type: 'settled', outcome: 'interrupted' })
  expect(await world.run(session, 'go on')).toEqual(completed)
  expect(world.service.requests[1]?.text).toMatch(/quick.*Stopped by the user before it was finished/)
})

it('loses nothing that was added while the model spoke its last words', async () => {
  const world = await openaiAgentsWorld([{ say: 'one' }, { say: 'two' }])
  const landed = Promise.withResolvers<string>()
  let steer: Promise<void> | undefined
  const session = await world.start({ emit: (signal) => {
    if (signal.type === 'text') steer ??= session.steer?.('turn left')
    if (signal.type === 'steer.landed') landed.resolve(signal.when)
    world.context.emit(signal)
  } })
  expect(await world.run(session, 'go')).toEqual(completed)
  await steer
  // The program was quicker than we: it says so, and what was added goes with the next prompt.
  if ((await landed.promise) === 'next') await world.run(session, 'more')
  expect(world.service.requests[1]?.text).toContain('turn left')
})

it('puts older turns in short before the window is full, and goes on', async () => {
  const world = await openaiAgentsWorld([{ say: 'old '.repeat(800), input: 500 }, { say: 'middle', input: 1_800 }, { say: 'THE-SUMMARY' }, { say: 'new' }], { contextWindow: 2_000 })
  const session = await world.start()
  await world.run(session, 'first: remember ALPHA')
  await world.run(session, 'second')
  expect(await world.run(session, 'third')).toEqual(completed)
  expect(world.of('compacted').length).toBeGreaterThan(0)
  const last = world.service.requests.at(-1)?.text ?? ''
  expect(last).toContain('third')
  expect(last).not.toContain('old old')
})

it('does not start without a key or a model, or with a library that is not there, and says what to do', async () => {
  const world = await openaiAgentsWorld([])
  const { route: _, model: __, ...context } = world.context
  await expect(world.adapter.start(context)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('OPENAI_API_KEY') })
  await expect(world.adapter.start({ ...context, model: 'claude-x' })).rejects.toMatchObject({ message: expect.stringContaining('provider/model') })
  await expect(world.adapter.start({ ...world.context, file: '/nowhere/index.mjs' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('omni harness doctor') })
  expect(await world.box.processes()).toEqual([])
})
