import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../../../src/spec/ports/harness.ts'
import { killProgram, speaking, untilExists } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { settledOf } from '../harness-world.ts'

/** Whatever dies, a turn ends once and nothing is left running. */
export const crashCases: readonly ConformanceCase[] = [
  {
    name: 'settles once as failed, with what to do, when it is killed while the gate waits',
    async run(world) {
      const asked = Promise.withResolvers<void>()
      const session = await world.start({ authorize: () => (asked.resolve(), new Promise<Verdict>(() => undefined)) })
      const running = world.run(session, [{ shell: 'echo never > never.txt' }])
      await asked.promise
      await killProgram(world, session)
      const signals = await running
      await world.next((signal) => signal.type === 'exited')
      expect(settledOf(world.signals)).toEqual([expect.objectContaining({ outcome: 'failed', advice: expect.stringMatching(/again/) })])
      expect(signals.length).toBeGreaterThan(0)
      expect(existsSync(join(world.workspace, 'never.txt'))).toBe(false)
      await expect(session.prompt({ turn: 't2', text: 'more', images: [] })).rejects.toMatchObject({ code: 'unavailable' })
    },
  },
  {
    name: 'settles once as failed when it is killed while it speaks, and keeps what was said',
    async run(world) {
      const session = await world.start()
      const { running } = await speaking(world, session)
      await killProgram(world, session)
      await running
      await world.next((signal) => signal.type === 'exited', 0)
      expect(settledOf(world.signals)).toEqual([expect.objectContaining({ outcome: 'failed' })])
      expect(world.signals.flatMap((signal) => (signal.type === 'text' ? [signal.text] : [])).join('')).toContain('I beg')
    },
  },
  {
    name: 'settles once as failed when it is killed while the model thinks',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const asked = world.stub.request((request) => !request.side)
      const running = world.run(session, [{ stall: true }])
      await asked
      await killProgram(world, session)
      await running
      await world.next((signal) => signal.type === 'exited', 0)
      expect(settledOf(world.signals)).toEqual([expect.objectContaining({ outcome: 'failed' })])
    },
  },
  {
    name: 'settles once as failed when it is killed while a command runs, which is gone too',
    async run(world) {
      const since = Date.now() - 1_000
      const session = await world.start()
      const running = world.run(session, [{ shell: 'echo started > started.txt; exec sleep 986' }, { say: 'never' }])
      await untilExists(join(world.workspace, 'started.txt'))
      await killProgram(world, session)
      await running
      await world.box.endSince(since, () => false)
      expect(settledOf(world.signals)).toEqual([expect.objectContaining({ outcome: 'failed' })])
      expect((await world.box.processes()).filter((each) => each.command.includes('sleep 986'))).toEqual([])
    },
  },
  {
    name: 'says so when it was killed between turns',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'one' }])
      await killProgram(world, session)
      await world.next((signal) => signal.type === 'exited', 0)
      await expect(session.prompt({ turn: 't2', text: 'more', images: [] })).rejects.toMatchObject({ code: 'unavailable' })
      expect(settledOf(world.signals)).toHaveLength(1)
    },
  },
  {
    name: 'settles once as failed when it is killed while it is being stopped',
    async run(world) {
      const session = await world.start()
      const { running } = await speaking(world, session)
      const stopping = session.interrupt()
      await killProgram(world, session)
      await stopping.catch(() => undefined)
      await running
      expect(settledOf(world.signals)).toHaveLength(1)
    },
  },
  {
    name: 'leaves nothing running when its start is called off',
    async run(world) {
      const ending = new AbortController()
      const starting = world.start({ signal: ending.signal }).catch((error: unknown) => error)
      await world.untilStarted()
      ending.abort()
      await starting
      await world.box.endSince(0, () => false)
      expect(await world.box.processes()).toEqual([])
    },
  },
  {
    name: 'leaves nothing running when it is closed',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'bye' }])
      await session.close()
      expect(await world.box.processes()).toEqual([])
    },
  },
  {
    name: 'leaves nothing running when it is closed in the middle of a command',
    async run(world) {
      const session = await world.start()
      void world.run(session, [{ shell: 'echo started > started.txt; sleep 985' }, { say: 'never' }])
      await untilExists(join(world.workspace, 'started.txt'))
      await session.close()
      await world.box.endSince(0, () => false)
      expect(await world.box.processes()).toEqual([])
    },
  },
]
