import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../../../src/spec/ports/harness.ts'
import { lastSent, sent, speaking, untilExists, usesModel } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { settledOf, textOf } from '../harness-world.ts'

/** A person can stop a turn, and steer it. */
export const interruptCases: readonly ConformanceCase[] = [
  {
    name: 'stops text when it is interrupted',
    shows: 'interrupt',
    async run(world) {
      const session = await world.start()
      const { running } = await speaking(world, session)
      await session.interrupt()
      expect(settledOf(await running)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
      const again = await world.run(session, [{ say: 'back again' }])
      expect(textOf(again)).toContain('back again')
    },
  },
  {
    name: 'leaves no command running when it is interrupted',
    async run(world) {
      const since = Date.now() - 1_000
      const session = await world.start()
      const running = world.run(session, [{ shell: 'echo started > started.txt; exec sleep 987' }, { say: 'never' }])
      await untilExists(join(world.workspace, 'started.txt'))
      await session.interrupt()
      await world.box.endSince(since, (process) => session.keeps(process))
      expect(settledOf(await running)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
      expect((await world.box.processes()).filter((process) => process.command.includes('sleep 987'))).toEqual([])
    },
  },
  {
    name: 'stops a model call that has not answered yet',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const asked = world.stub.request((request) => !request.side)
      const running = world.run(session, [{ stall: true }])
      await asked
      await session.interrupt()
      expect(settledOf(await running)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
    },
  },
  {
    name: 'takes an interrupt while nothing runs as done',
    async run(world) {
      const session = await world.start()
      await session.interrupt()
      const signals = await world.run(session, [{ say: 'not touched' }])
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
      expect(textOf(signals)).toContain('not touched')
    },
  },
  {
    name: 'settles once when it is interrupted twice',
    async run(world) {
      const session = await world.start()
      const { running } = await speaking(world, session)
      await Promise.all([session.interrupt(), session.interrupt()])
      expect(settledOf(await running)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
      await world.run(session, [{ say: 'next' }])
      expect(settledOf(world.signals)).toHaveLength(2)
    },
  },
  {
    name: 'knows what was said before an interrupt',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'kept answer' }], 'remember EPSILON-5.')
      const { running } = await speaking(world, session)
      await session.interrupt()
      await running
      await world.run(session, [{ say: 'on again' }])
      expect(lastSent(world)).toContain('EPSILON-5')
    },
  },
  {
    name: 'takes a steer into the running turn',
    shows: 'steer',
    async run(world) {
      const asked = Promise.withResolvers<void>()
      const go = Promise.withResolvers<Verdict>()
      const session = await world.start({ authorize: () => (asked.resolve(), go.promise) })
      const running = world.run(session, [{ shell: 'echo one > one.txt' }, { say: 'end' }])
      await asked.promise
      await session.steer?.('please turn left')
      go.resolve({ type: 'allow' })
      const signals = await running
      expect(signals).toContainEqual({ type: 'steer.landed', when: 'now' })
      if (usesModel(world)) expect(sent(world)).toContain('please turn left')
    },
  },
  {
    name: 'refuses a steer when nothing runs',
    async run(world) {
      const session = await world.start()
      if (session.steer !== undefined) await expect(session.steer('too late')).rejects.toMatchObject({ code: 'conflict' })
      expect(world.signals.filter((signal) => signal.type === 'steer.landed')).toEqual([])
    },
  },
]
