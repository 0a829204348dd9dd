import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ProposedCall, Verdict } from '../../../../src/spec/ports/harness.ts'
import { changing, heldGate, lastSent, refuseSecrets, sent, usesModel } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { settledOf, textOf } from '../harness-world.ts'

const changes = (call: ProposedCall) => call.actions.some((action) => action.kind !== 'file.read')

/** Nothing runs unasked, and an answer is kept to. */
export const gateCases: readonly ConformanceCase[] = [
  {
    name: 'runs a command and an edit, and says what the model said',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ say: 'First. ' }, { shell: 'echo from-the-shell > made.txt' }, { write: { path: join(world.workspace, 'new.md'), content: 'hello\n' } }, { say: 'Finished.' }])
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
      expect(await readFile(join(world.workspace, 'made.txt'), 'utf8')).toBe('from-the-shell\n')
      expect(await readFile(join(world.workspace, 'new.md'), 'utf8')).toBe('hello\n')
      expect(textOf(signals)).toContain('Finished.')
      const reads = new Set(world.calls.filter((call) => !changing(world).includes(call)).map((call) => call.call))
      const done = signals.filter((signal) => signal.type === 'tool.done' && !reads.has(signal.call))
      expect(done.map((signal) => signal.type === 'tool.done' && signal.outcome)).toEqual(['ok', 'ok'])
    },
  },
  {
    name: 'asks before every change, with the actions it would do',
    shows: 'gate',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ shell: 'echo one > one.txt' }, { write: { path: join(world.workspace, 'two.txt'), content: 'two\n' } }, { say: 'ok' }])
      const calls = changing(world)
      expect(calls).toHaveLength(2)
      expect(new Set(world.calls.map((call) => call.call)).size).toBe(world.calls.length)
      expect(calls[0]?.actions).toEqual([expect.objectContaining({ kind: 'exec', command: expect.stringContaining('echo one') })])
      expect(calls[1]?.actions).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'file.write', path: expect.stringContaining('two.txt') })]))
    },
  },
  {
    name: 'asks before what only reads, too',
    shows: 'gate',
    value: 'every-call',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ shell: 'echo one' }, { read: join(world.workspace, 'README.md') }, { say: 'read' }])
      expect(JSON.stringify(world.calls)).toContain('echo one')
      expect(JSON.stringify(world.calls)).toContain('README.md')
    },
  },
  {
    name: 'does not run what is refused',
    async run(world) {
      const session = await world.start({ authorize: refuseSecrets })
      await world.run(session, [{ shell: 'echo secret > leaked.txt' }, { write: { path: join(world.workspace, 'secret.md'), content: 'secret\n' } }, { say: 'went on' }])
      expect(existsSync(join(world.workspace, 'leaked.txt'))).toBe(false)
      expect(existsSync(join(world.workspace, 'secret.md'))).toBe(false)
    },
  },
  {
    name: 'does not edit what is refused',
    async run(world) {
      const session = await world.start({ authorize: async (call) => (changes(call) ? { type: 'deny', reason: 'no' } : { type: 'allow' }) })
      const readme = join(world.workspace, 'README.md')
      await world.run(session, [{ read: readme }, { edit: { path: readme, old: '# A sample', new: '# Mine now' } }, { say: 'went on' }])
      expect(await readFile(readme, 'utf8')).toBe('# A sample\n')
    },
  },
  {
    name: 'edits a file in place when it may',
    async run(world) {
      const session = await world.start()
      const readme = join(world.workspace, 'README.md')
      await world.run(session, [{ read: readme }, { edit: { path: readme, old: '# A sample', new: '# Another' } }, { say: 'done' }])
      expect(await readFile(readme, 'utf8')).toBe('# Another\n')
      expect(changing(world).at(-1)?.actions).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'file.write', path: expect.stringContaining('README.md') })]))
    },
  },
  {
    name: 'goes on after a refusal',
    limit: 'goes-on-after-refusal',
    async run(world) {
      const session = await world.start({ authorize: refuseSecrets })
      const signals = await world.run(session, [{ shell: 'echo secret > leaked.txt' }, { shell: 'echo fine > fine.txt' }, { say: 'went on' }])
      expect(existsSync(join(world.workspace, 'fine.txt'))).toBe(true)
      expect(textOf(signals)).toContain('went on')
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    },
  },
  {
    name: 'tells the model why a call was refused',
    limit: 'refusal-reason',
    async run(world) {
      const session = await world.start({ authorize: refuseSecrets })
      await world.run(session, [{ shell: 'echo secret > leaked.txt' }, { say: 'went on' }])
      if (usesModel(world)) expect(sent(world)).toContain('not-in-this-house')
    },
  },
  {
    name: 'does not run a call whose gate throws',
    async run(world) {
      const session = await world.start({ authorize: async () => { throw new Error('the gate broke') } })
      await world.run(session, [{ shell: 'echo x > thrown.txt' }, { say: 'after' }])
      expect(existsSync(join(world.workspace, 'thrown.txt'))).toBe(false)
    },
  },
  {
    name: 'waits for a gate that answers late',
    async run(world) {
      const answer = Promise.withResolvers<Verdict>()
      const asked = Promise.withResolvers<void>()
      const session = await world.start({ authorize: (_call) => (asked.resolve(), answer.promise) })
      const running = world.run(session, [{ shell: 'echo late > late.txt' }, { say: 'done' }])
      await asked.promise
      expect(existsSync(join(world.workspace, 'late.txt'))).toBe(false)
      answer.resolve({ type: 'allow' })
      await running
      expect(existsSync(join(world.workspace, 'late.txt'))).toBe(true)
    },
  },
  {
    name: 'asks with the very command that would run, quotes and new lines included',
    async run(world) {
      const session = await world.start()
      const command = `printf '%s\\n' "a 'b' \\"c\\"" > odd.txt\necho two >> odd.txt`
      await world.run(session, [{ shell: command }, { say: 'ok' }])
      expect(changing(world)[0]?.actions).toEqual([expect.objectContaining({ kind: 'exec', command })])
      expect(await readFile(join(world.workspace, 'odd.txt'), 'utf8')).toBe('a \'b\' "c"\ntwo\n')
    },
  },
  {
    name: 'keeps two calls of one answer apart: runs the one, refuses the other',
    limit: 'refusal-of-one',
    needsModel: true,
    async run(world) {
      const session = await world.start({ authorize: refuseSecrets })
      await world.run(session, [{ together: [{ shell: 'echo secret > leaked.txt' }, { shell: 'echo fine > fine.txt' }] }, { say: 'went on' }])
      expect(existsSync(join(world.workspace, 'leaked.txt'))).toBe(false)
      expect(changing(world).map((call) => call.call).length).toBe(new Set(changing(world).map((call) => call.call)).size)
      expect(existsSync(join(world.workspace, 'fine.txt'))).toBe(true)
    },
  },
  {
    name: 'runs nothing while the gate is silent, also when the turn is stopped',
    async run(world) {
      const gate = heldGate()
      const session = await world.start(gate)
      const running = world.run(session, [{ shell: 'echo never > never.txt' }, { say: 'never' }])
      await gate.asked
      await session.interrupt()
      expect(settledOf(await running)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
      gate.answer({ type: 'allow' })
      await world.run(session, [{ say: 'next' }])
      expect(existsSync(join(world.workspace, 'never.txt'))).toBe(false)
    },
  },
  {
    name: 'says how a command ended that failed',
    limit: 'command-outcome',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ shell: 'echo to-nowhere >&2; exit 7' }, { say: 'it failed' }])
      expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', outcome: 'error' }))
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    },
  },
  {
    name: 'shows what a command printed, to people and to the model',
    limit: 'command-output',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ shell: 'echo printed-$((40+2))' }, { say: 'seen' }])
      expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', output: expect.stringContaining('printed-42') }))
      if (usesModel(world)) expect(lastSent(world)).toContain('printed-42')
    },
  },
  {
    name: 'ends every call it began, under the id it asked with',
    async run(world) {
      const session = await world.start({ authorize: refuseSecrets })
      const signals = await world.run(session, [{ shell: 'echo one' }, { shell: 'echo secret' }, { say: 'done' }])
      const begun = [...world.calls.map((call) => call.call), ...signals.flatMap((signal) => (signal.type === 'tool.seen' ? [signal.call] : []))]
      const ended = signals.flatMap((signal) => (signal.type === 'tool.done' ? [signal.call] : []))
      expect(ended.toSorted()).toEqual(begun.toSorted())
    },
  },
]
