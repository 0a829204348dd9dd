import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shippedPrices } from '../../src/app/harness-registry.ts'
import { createClaudeCodeAdapter } from '../../src/harness/claude-code/adapter.ts'
import { createClaudeSdkAdapter } from '../../src/harness/claude-sdk/adapter.ts'
import { costOf } from '../../src/policy/money/cost-of.ts'
import { findPrice } from '../../src/policy/money/find-price.ts'
import type { HarnessSignal } from '../../src/spec/ports/harness.ts'
import { lastSent, tokenOf } from '../conformance/harness/case-tools.ts'
import { harnessWorld, settledOf, textOf } from '../conformance/harness/harness-world.ts'

const program = join(import.meta.dirname, '../../src/harness/claude-sdk/program/main.ts')
const adapters = [createClaudeCodeAdapter(), createClaudeSdkAdapter({ node: process.execPath, program })]
const usagesOf = (signals: readonly HarnessSignal[]) => signals.flatMap((signal) => (signal.type === 'step.ended' && signal.usage !== undefined ? [signal.usage] : []))
const sum = (numbers: readonly number[]) => numbers.reduce((left, right) => left + right, 0)

/** What only these two do, beyond the suite that every harness runs. */
describe.each(adapters)('$id', (adapter) => {
  it('ends the turn when the model asks to leave plan mode: the person decides', async () => {
    const world = await harnessWorld(adapter)
    const session = await world.start()
    await session.setMode?.('plan')
    await world.run(session, [{ say: 'looking' }])
    const plan = /create your plan at (\S+\.md)/.exec(lastSent(world))?.[1] ?? ''
    const signals = await world.run(session, [{ write: { path: plan, content: '# Mend the roof' } }, { mcp: { server: 'Exit', tool: 'PlanMode', input: {} } }, { say: 'never' }])
    expect(textOf(signals)).toContain('# Mend the roof')
    expect(textOf(signals)).not.toContain('never')
    expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    await world.run(session, [{ say: 'next' }])
    expect(lastSent(world)).toContain('The person reads the plan and decides')
  })

  it('is not done before its sub-agents are, and shows what they say under their call', async () => {
    const world = await harnessWorld(adapter)
    const session = await world.start()
    const signals = await world.run(session, [{ task: [{ say: 'from-below' }, { shell: 'sleep 0.5; echo below > below.txt' }, { say: 'reported-below' }] }, { say: 'started it' }])
    expect(existsSync(join(world.workspace, 'below.txt'))).toBe(true)
    const call = world.calls[0]?.call ?? ''
    expect(signals.flatMap((signal) => (signal.type === 'tool.output' && signal.call === call ? [signal.text] : [])).join('')).toContain('from-below')
    const done = signals.findIndex((signal) => signal.type === 'tool.done' && signal.call === call)
    expect(signals[done]).toMatchObject({ outcome: 'ok', output: 'reported-below' })
    expect(done).toBeGreaterThan(signals.findIndex((signal) => signal.type === 'tool.done' && signal.call === world.calls[1]?.call))
    // Five calls of the model: two and one more of the main conversation, two of the sub-agent.
    expect(sum(usagesOf(signals).map((usage) => usage.output))).toBe(5 * 34)
  })

  it('counts only what is new when a conversation is taken up again', async () => {
    const world = await harnessWorld(adapter)
    const first = await world.start()
    const before = usagesOf(await world.run(first, [{ shell: 'echo one' }, { say: 'done' }]))
    const token = await tokenOf(world)
    await first.close()
    const after = usagesOf(await world.run(await world.start({ resume: token }), [{ say: 'again' }]))
    const cost = (usages: typeof before) => sum(usages.map((usage) => usage.reportedSinceMicroUsd ?? 0))
    expect(cost(before)).toBeGreaterThan(0)
    expect(cost(after)).toBe(cost(before) / 2)
    expect(sum(after.map((usage) => usage.output))).toBe(34)
  })

  it('says what a turn cost once, with its last step; until then the shipped prices say the same', async () => {
    const world = await harnessWorld(adapter)
    const session = await world.start()
    const ended = (await world.run(session, [{ shell: 'echo one' }, { shell: 'echo two' }, { say: 'done' }])).flatMap((signal) => (signal.type === 'step.ended' ? [signal] : []))
    expect(ended.map(({ usage }) => usage?.reportedSinceMicroUsd !== undefined)).toEqual([false, false, true])
    const listed = ended.map(({ usage, model = '' }) => (usage === undefined ? undefined : costOf(usage, findPrice(shippedPrices.models, model))) ?? Number.NaN)
    // Each call is rounded up by itself.
    expect(Math.abs(sum(listed) - (ended.at(-1)?.usage?.reportedSinceMicroUsd ?? Number.NaN))).toBeLessThanOrEqual(ended.length)
  })

  it('answers its own slash commands as messages, and goes on counting after a conversation is cleared', async () => {
    const world = await harnessWorld(adapter)
    const session = await world.start()
    const before = usagesOf(await world.run(session, [{ say: 'one' }]))
    expect(textOf(await world.run(session, [], '/context'))).toContain('Context Usage')
    await world.run(session, [], '/clear')
    const after = usagesOf(await world.run(session, [{ say: 'two' }]))
    expect(after).toEqual(before)
    expect(after[0]?.reportedSinceMicroUsd).toBeGreaterThan(0)
    const items = world.signals.flatMap((signal) => (signal.type === 'message' ? [signal.item] : []))
    expect(new Set(items).size).toBe(items.length)
  })

  it('says that the service limits the rate, and until when', async () => {
    const world = await harnessWorld(adapter)
    const session = await world.start()
    const signals = await world.run(session, [{ error: { status: 429, message: 'slow down', headers: { 'retry-after': '0' }, times: 1 } }, { say: 'after the limit' }])
    expect(signals).toContainEqual({ type: 'limited', message: expect.any(String), resetAt: expect.any(Number) })
  })

  it('offers its slash commands and models', async () => {
    const world = await harnessWorld(adapter)
    await world.start()
    const offers = world.signals.find((signal) => signal.type === 'offers')
    expect(offers).toMatchObject({ commands: expect.arrayContaining([expect.objectContaining({ id: 'compact' })]), models: expect.arrayContaining([expect.objectContaining({ id: 'opus' })]) })
  })

  it('has the keys of MCP servers in no argument and in no file that stays', async () => {
    const world = await harnessWorld(adapter)
    const parrot = { ...world.mcpServer, env: { ...world.mcpServer.env, PARROT_KEY: 'parrot-secret-5' } }
    const session = await world.start({ mcp: { parrot } })
    await world.run(session, [{ mcp: { server: 'parrot', tool: 'repeat', input: { text: 'polly' } } }, { say: 'heard' }])
    expect(readFileSync(join(world.workspace, 'parrot.log'), 'utf8')).toBe('polly\n')
    for (const { command } of await world.box.processes()) expect(command).not.toContain('parrot-secret-5')
    expect(existsSync(join(world.home, 'claude-mcp.json'))).toBe(false)
    expect(statSync(world.home).mode & 0o077).toBe(0)
  })
})
