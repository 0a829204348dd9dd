import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { lastSent, planned, sent, tokenOf, usesModel } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { settledOf, textOf } from '../harness-world.ts'

/** What reaches the model service, and what it answers with. */
export const modelCases: readonly ConformanceCase[] = [
  {
    name: 'reports the tokens that the model service counted',
    shows: 'usage',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ say: 'counted' }])
      const usages = signals.flatMap((signal) => (signal.type === 'step.ended' && signal.usage !== undefined ? [signal.usage] : []))
      expect(usages.reduce((sum, usage) => sum + usage.output, 0)).toBeGreaterThan(0)
      if (usesModel(world)) expect(usages.reduce((sum, usage) => sum + usage.output, 0)).toBe(34)
    },
  },
  {
    name: 'counts every model call of a turn',
    limit: 'usage-of-every-call',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ shell: 'echo one' }, { shell: 'echo two' }, { say: 'counted' }])
      const usages = signals.flatMap((signal) => (signal.type === 'step.ended' && signal.usage !== undefined ? [signal.usage] : []))
      if (usesModel(world)) expect(usages.reduce((sum, usage) => sum + usage.output, 0)).toBe(3 * 34)
    },
  },
  {
    name: 'says how full the context window is',
    shows: 'context',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ shell: 'echo one' }, { say: 'measured' }])
      // Some say it when the turn has ended.
      if (world.adapter.capabilities.context) await world.next((signal) => signal.type === 'context', 0)
      const told = world.signals.flatMap((signal) => (signal.type === 'context' ? [signal] : []))
      expect(told.at(-1)?.used).toBeGreaterThanOrEqual(1_200)
    },
  },
  {
    name: 'asks the model it was told to',
    shows: 'modelSelection',
    async run(world) {
      const model = { 'claude-code': 'claude-haiku-4-5', 'claude-sdk': 'claude-haiku-4-5', codex: 'gpt-5.4' }[world.adapter.id] ?? 'chosen-model'
      const session = await world.start({ model })
      await world.run(session, [{ say: 'hi' }])
      if (usesModel(world)) expect(planned(world).at(-1)?.asked?.model).toBe(model)
      else expect(world.signals).toContainEqual(expect.objectContaining({ type: 'ready', model }))
    },
  },
  {
    name: 'asks another model from the next prompt on, in the same conversation',
    shows: 'modelSelection',
    needsModel: true,
    async run(world) {
      const other = { 'claude-code': 'claude-haiku-4-5', 'claude-sdk': 'claude-haiku-4-5', codex: 'gpt-5.4' }[world.adapter.id] ?? 'other-model'
      const first = await world.start()
      await world.run(first, [{ say: 'one' }], 'remember LAMBDA-11.')
      if (first.setModel === undefined) {
        const token = await tokenOf(world)
        await first.close()
        await world.run(await world.start({ resume: token, model: other }), [{ say: 'two' }])
      } else {
        await first.setModel(other)
        await world.run(first, [{ say: 'two' }])
      }
      expect(planned(world).at(-1)?.asked?.model).toBe(other)
      expect(lastSent(world)).toContain('LAMBDA-11')
    },
  },
  {
    name: 'thinks as hard as it was told to',
    shows: 'effort',
    needsModel: true,
    async run(world) {
      const [low, high] = [await world.start({ effort: 'low' }), await world.start({ effort: 'high', home: `${world.home}-high` })]
      await world.run(low, [{ say: 'quick' }])
      const lowBody = planned(world).at(-1)?.body ?? {}
      await world.run(high, [{ say: 'slow' }])
      const highBody = planned(world).at(-1)?.body ?? {}
      expect(effortIn(highBody)).not.toBe('')
      expect(effortIn(lowBody)).not.toBe(effortIn(highBody))
    },
  },
  {
    name: 'gives the model the instructions of the agent',
    needsModel: true,
    async run(world) {
      const session = await world.start({ instructions: 'Always be MU-12.' })
      await world.run(session, [{ say: 'yes' }])
      expect(sent(world)).toContain('Always be MU-12.')
    },
  },
  {
    name: 'plans in a mode of its own, in which the model is told to change nothing',
    shows: 'planMode',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'as usual' }])
      const usual = lastSent(world)
      expect(session.setMode).toBeDefined()
      await session.setMode?.('plan')
      await world.run(session, [{ say: 'only a plan' }])
      const planning = lastSent(world).replace(usual.slice(0, -2), '')
      expect(planning).toMatch(/plan(ning)?[ _-]?mode|read[ -]?only|must not make any|mode.{0,20}plan/i)
      expect(usual).not.toBe(planning)
      await session.setMode?.('default')
      await world.run(session, [{ shell: 'echo back > back.txt' }, { say: 'at work again' }])
      expect(existsSync(join(world.workspace, 'back.txt'))).toBe(true)
    },
  },
  {
    name: 'shows what the model means to do as a plan',
    limit: 'plan-entries',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ todo: [{ text: 'look around', status: 'done' }, { text: 'mend it', status: 'active' }, { text: 'try it', status: 'pending' }] }, { say: 'planned' }])
      const told = signals.flatMap((signal) => (signal.type === 'plan' ? [signal.entries] : []))
      expect(told.at(-1)).toEqual([{ text: 'look around', status: 'done' }, { text: 'mend it', status: 'active' }, { text: 'try it', status: 'pending' }])
    },
  },
  {
    name: 'ends the turn with the service’s words when a model call fails, and lives',
    limit: 'model-error-words',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ error: { status: 400, message: 'the-service-says-no' } }])
      expect(settledOf(signals)).toEqual([expect.objectContaining({ outcome: 'failed', reason: expect.any(String), advice: expect.any(String) })])
      if (usesModel(world)) expect(JSON.stringify(settledOf(signals))).toContain('the-service-says-no')
      expect(textOf(await world.run(session, [{ say: 'still here' }]))).toContain('still here')
    },
  },
  {
    name: 'ends the turn with what to do when the key is refused, and lives',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ error: { status: 401, message: 'this key is unknown' } }])
      expect(settledOf(signals)).toEqual([expect.objectContaining({ outcome: 'failed', reason: expect.any(String), advice: expect.any(String) })])
      expect(JSON.stringify(signals)).not.toContain('dummy-key')
      expect(textOf(await world.run(session, [{ say: 'still here' }]))).toContain('still here')
    },
  },
  {
    name: 'asks again when the service limits the rate',
    limit: 'rate-limit-retry',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ error: { status: 429, message: 'slow down', headers: { 'retry-after': '0' }, times: 1 } }, { say: 'after the limit' }])
      expect(textOf(signals)).toContain('after the limit')
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    },
  },
  {
    name: 'asks again when the service is overloaded',
    limit: 'overload-retry',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ error: { status: 503, message: 'too busy', headers: { 'retry-after': '0' }, times: 1 } }, { say: 'after the rush' }])
      expect(textOf(signals)).toContain('after the rush')
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    },
  },
  {
    name: 'settles once when the answer is cut off in the middle, and lives',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ say: 'half of the answer', deltas: 3, cut: true }])
      expect(settledOf(signals)).toHaveLength(1)
      expect(textOf(await world.run(session, [{ say: 'still here' }]))).toContain('still here')
    },
  },
]

/** How hard a request asks the model to think, in whichever words its dialect has; empty when it says nothing. */
function effortIn(body: Record<string, unknown>): string {
  const { reasoning, reasoning_effort: chat, output_config: output, thinking, generationConfig } = body
  const found = [reasoning, chat, output, thinking, (generationConfig as { thinkingConfig?: unknown } | undefined)?.thinkingConfig].filter((each) => each !== undefined && each !== null)
  return found.length === 0 ? '' : JSON.stringify(found)
}
