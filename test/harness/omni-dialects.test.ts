import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createOmniAdapter } from '../../src/harness/omni/adapter.ts'
import { lastSent } from '../conformance/harness/case-tools.ts'
import { harnessWorld, redDot, settledOf, textOf } from '../conformance/harness/harness-world.ts'

const program = join(import.meta.dirname, '../../src/harness/omni/program/main.ts')
const omniWorld = () => harnessWorld(createOmniAdapter({ node: process.execPath, program }))
const completed = { type: 'settled', outcome: 'completed' }

/** The conformance suite runs the Anthropic dialect; these are the others. */
const dialects = [
  { model: 'openai/gpt-5.5', path: '/v1/responses', effort: { reasoning: { effort: 'high' } }, picture: '"type":"input_image"' },
  { model: 'openrouter/some/model', path: '/v1/chat/completions', effort: { reasoning_effort: 'high' }, picture: '"type":"image_url"' },
  { model: 'google/gemini-2.5-pro', path: '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse', effort: { generationConfig: { thinkingConfig: { thinkingBudget: expect.any(Number), includeThoughts: true } } }, picture: '"inlineData"' },
]

describe.each(dialects)('with $model', ({ model, path, effort, picture }) => {
  it('works, counts, and lives after a refusal', async () => {
    const world = await omniWorld()
    const session = await world.start({ model })
    const signals = await world.run(session, [{ say: 'First. ' }, { shell: 'echo hi > made.txt' }, { write: { path: 'new.md', content: 'hello\n' } }, { say: 'Finished.', deltas: 3 }], 'größe 🚀')
    expect(settledOf(signals)).toEqual([completed])
    expect(await readFile(join(world.workspace, 'new.md'), 'utf8')).toBe('hello\n')
    expect(textOf(signals)).toContain('Finished.')
    expect(new Set(world.stub.requests.map((request) => request.path))).toEqual(new Set([path]))
    expect(world.stub.requests.at(-1)?.asked).toMatchObject({ model: model.replace(/^\w+\//, ''), callsDone: 2 })
    expect(signals.flatMap((signal) => (signal.type === 'step.ended' ? [signal.usage] : []))).toContainEqual({ input: 1_000, output: 34, cacheRead: 200 })
    const failed = await world.run(session, [{ error: { status: 400, message: 'the-service-says-no' } }])
    expect(settledOf(failed)).toEqual([expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('the-service-says-no') })])
    expect(textOf(await world.run(session, [{ say: 'still here' }]))).toContain('still here')
  })

  it('thinks as hard as it is told, and tells what', async () => {
    const world = await omniWorld()
    const signals = await world.run(await world.start({ model, effort: 'high' }), [{ think: 'hidden-thought', say: 'said aloud' }])
    expect(world.stub.requests.at(-1)?.body).toMatchObject(effort)
    expect(signals).toContainEqual(expect.objectContaining({ type: 'message', text: 'said aloud', reasoning: 'hidden-thought' }))
  })

  it('shows pictures of a prompt and those that it reads, and calls tools of a server', async () => {
    const world = await omniWorld()
    await writeFile(join(world.workspace, 'seen.png'), Buffer.from(redDot, 'base64'))
    const session = await world.start({ model, mcp: { parrot: world.mcpServer } })
    const signals = await world.run(session, [{ together: [{ read: 'seen.png' }, { mcp: { server: 'parrot', tool: 'repeat', input: { text: 'polly' } } }] }, { say: 'a dot' }], 'look', [await world.image('sent.png')])
    expect(settledOf(signals)).toEqual([completed])
    const sent = lastSent(world)
    expect(sent.split(picture)).toHaveLength(3)
    expect(sent.split(redDot)).toHaveLength(3)
    expect(sent).toContain('parrot says polly')
  })
})

it('asks a compatible service to cache, where it wants to be asked', async () => {
  const world = await omniWorld()
  const session = await world.start({ model: 'openrouter/anthropic/claude-x' })
  await world.run(session, [{ say: 'one' }])
  expect(world.stub.requests.at(-1)?.body).toMatchObject({ cache_control: { type: 'ephemeral' } })
  await session.setModel?.('openrouter/some/model')
  await world.run(session, [{ say: 'two' }])
  expect(lastSent(world)).not.toContain('cache_control')
})

it.each(['stub-1', ...dialects.map(({ model }) => model)])('asks a busy service again, and one that broke off: %s', async (model) => {
  const world = await omniWorld()
  const session = await world.start({ model })
  expect(textOf(await world.run(session, [{ error: { status: 429, message: 'slow down', headers: { 'retry-after': '0' }, times: 1 } }, { say: 'after the limit' }]))).toContain('after the limit')
  const signals = await world.run(session, [{ say: 'half of it', deltas: 3, cut: true }])
  expect(settledOf(signals)).toEqual([completed])
  expect(textOf(signals)).toContain('half of it')
  expect(signals).toContainEqual({ type: 'notice', level: 'warning', text: expect.stringContaining('asked again') })
})
