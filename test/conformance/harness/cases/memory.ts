import { expect } from 'vitest'
import { heldGate, killProgram, lastSent, planned, tokenOf, usesModel } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { textOf } from '../harness-world.ts'

/** A conversation outlives its program. */
export const memoryCases: readonly ConformanceCase[] = [
  {
    name: 'keeps the conversation over prompts in one process',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'alpha answer' }], 'remember ALPHA-42.')
      await world.run(session, [{ say: 'beta answer' }])
      if (usesModel(world)) expect(JSON.stringify(planned(world).at(-1)?.body)).toContain('ALPHA-42')
    },
  },
  {
    name: 'goes on in a new process, tool history included',
    shows: 'resume',
    async run(world) {
      const first = await world.start()
      await world.run(first, [{ shell: 'echo tool-history-7 > h.txt; cat h.txt' }, { say: 'first life' }], 'remember GAMMA-9.')
      const token = await tokenOf(world)
      await first.close()
      const second = await world.start(token === '' ? {} : { resume: token })
      const signals = await world.run(second, [{ say: 'second life' }])
      expect(textOf(signals)).toContain('second life')
      if (!usesModel(world)) return
      const last = JSON.stringify(planned(world).at(-1)?.body)
      expect(last).toContain('GAMMA-9')
      expect(last).toContain('tool-history-7')
    },
  },
  {
    name: 'says so when its record of the conversation is gone, and does not go on without it',
    async run(world) {
      const first = await world.start()
      await world.run(first, [{ say: 'first life' }], 'remember DELTA-3.')
      const token = await tokenOf(world)
      await first.close()
      const lost = token.replaceAll(/[0-9a-f]{4}(?=[^/]*$)/g, (digits) => digits.split('').toReversed().join(''))
      expect(lost).not.toBe(token)
      await expect(world.start({ resume: lost })).rejects.toMatchObject({ code: 'unavailable' })
      expect(world.signals).toContainEqual({ type: 'resume.lost' })
    },
  },
  {
    name: 'knows the earlier turns after it was killed in the middle of one',
    limit: 'record-after-kill',
    needsModel: true,
    async run(world) {
      const first = await world.start()
      await world.run(first, [{ shell: 'echo life-before-1' }, { say: 'first life' }], 'remember ZETA-6.')
      const token = await tokenOf(world)
      const gate = heldGate()
      await first.close()
      const second = await world.start({ ...gate, resume: token })
      const running = world.run(second, [{ shell: 'echo never > never.txt' }, { say: 'never' }])
      await gate.asked
      await killProgram(world, second)
      await running
      const third = await world.start({ resume: token })
      await world.run(third, [{ say: 'third life' }])
      expect(lastSent(world)).toContain('ZETA-6')
      expect(lastSent(world)).toContain('life-before-1')
    },
  },
  {
    name: 'branches a conversation, and leaves the first as it was',
    shows: 'fork',
    needsModel: true,
    async run(world) {
      const first = await world.start()
      await world.run(first, [{ shell: 'echo forked-history-3' }, { say: 'the trunk' }], 'remember ETA-7.')
      const token = await tokenOf(world)
      await first.close()
      const branch = await world.start({ forkOf: { token, home: world.home }, home: `${world.home}-branch` })
      await world.run(branch, [{ say: 'the branch' }], 'THETA-8')
      expect(lastSent(world)).toContain('ETA-7')
      expect(lastSent(world)).toContain('forked-history-3')
      await branch.close()
      const trunk = await world.start({ resume: token })
      await world.run(trunk, [{ say: 'the trunk again' }])
      expect(lastSent(world)).toContain('ETA-7')
      expect(lastSent(world)).not.toContain('THETA-8')
    },
  },
  {
    name: 'gives a branch a token of its own',
    shows: 'fork',
    needsModel: true,
    async run(world) {
      const first = await world.start()
      await world.run(first, [{ say: 'the trunk' }], 'remember IOTA-9.')
      const token = await tokenOf(world)
      await first.close()
      const branch = await world.start({ forkOf: { token, home: world.home }, home: `${world.home}-branch` })
      await world.run(branch, [{ say: 'the branch' }], 'remember KAPPA-10.')
      const told = await world.next((signal) => signal.type === 'resume' && signal.token !== token, 0)
      await branch.close()
      const again = await world.start({ resume: told.type === 'resume' ? told.token : '', home: `${world.home}-branch` })
      await world.run(again, [{ say: 'the branch again' }])
      expect(lastSent(world)).toContain('IOTA-9')
      expect(lastSent(world)).toContain('KAPPA-10')
    },
  },
]
