import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { HarnessCapabilities, HarnessLimit, ProposedCall, Verdict } from '../../../src/spec/ports/harness.ts'
import { type HarnessWorld, settledOf, textOf } from './harness-world.ts'

/** One observation. `shows` names the capability that it is the proof of. */
export interface ConformanceCase {
  readonly name: string
  readonly shows?: keyof HarnessCapabilities
  /** The case shows this value of the capability; without it, any but the lowest. */
  readonly value?: string
  /** A program may declare that it does not keep to this: the case must then fail, and is published as "no". */
  readonly limit?: HarnessLimit['breaks']
  run(world: HarnessWorld): Promise<void>
}

const usesModel = (world: HarnessWorld) => world.adapter.id !== 'scripted'
const planned = (world: HarnessWorld) => world.stub.requests.filter((request) => !request.side)
/** The calls that passed the gate and change something. A program may ask for reads too: of its own, or to show a change. */
const changing = (world: HarnessWorld) => world.calls.filter((call) => call.actions.some((action) => action.kind !== 'file.read'))
const sent = (world: HarnessWorld) => JSON.stringify(planned(world).map((request) => request.body))

async function refuseSecrets(call: ProposedCall): Promise<Verdict> {
  return JSON.stringify(call.input).includes('secret') ? { type: 'deny', reason: 'not-in-this-house' } : { type: 'allow' }
}

export const cases: readonly ConformanceCase[] = [
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
    name: 'streams what the model says, every piece of 2,000',
    shows: 'streaming',
    async run(world) {
      const session = await world.start()
      const words = Array.from({ length: 2_000 }, (_, index) => `word${index} `).join('')
      const signals = await world.run(session, [{ say: words, deltas: 2_000 }])
      const streamed = signals.flatMap((signal) => (signal.type === 'text' ? [signal.text] : []))
      expect(streamed.length).toBeGreaterThan(100)
      expect(streamed.join('').trim()).toBe(words.trim())
      expect(textOf(signals).trim()).toBe(words.trim())
    },
  },
  {
    name: 'carries Unicode both ways',
    async run(world) {
      const session = await world.start()
      const odd = 'naïve 🐙 漢字 line e\u0301 "quotes" \\ end'
      const signals = await world.run(session, [{ shell: "printf '%s' '🐙 漢字 é' > odd.txt" }, { say: odd }], 'größe 🚀')
      expect(await readFile(join(world.workspace, 'odd.txt'), 'utf8')).toBe('🐙 漢字 é')
      expect(textOf(signals)).toContain(odd)
      if (usesModel(world)) expect(sent(world)).toContain('größe 🚀')
    },
  },
  {
    name: 'carries the line separator U+2028, which is no end of a line',
    limit: 'line-separator',
    async run(world) {
      const session = await world.start()
      expect(textOf(await world.run(session, [{ say: 'one \u2028 line' }]))).toContain('one \u2028 line')
    },
  },
  {
    name: 'stops text when it is interrupted',
    shows: 'interrupt',
    async run(world) {
      const session = await world.start()
      const running = world.run(session, [{ say: 'I begin and then I ', deltas: 3 }, { stall: true }])
      await world.next((signal) => signal.type === 'text')
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
      // It is told once the program has written its record, which takes as long as it takes.
      if (world.adapter.capabilities.resume) await world.next((signal) => signal.type === 'resume', 0)
      const token = world.signals.flatMap((signal) => (signal.type === 'resume' ? [signal.token] : [])).at(-1)
      await first.close()
      const second = await world.start({ ...(token === undefined ? {} : { resume: token }) })
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
      const said = await world.next((signal) => signal.type === 'resume', 0)
      const token = said.type === 'resume' ? said.token : ''
      await first.close()
      const lost = token.replaceAll(/[0-9a-f]{4}(?=[^/]*$)/g, (digits) => digits.split('').toReversed().join(''))
      expect(lost).not.toBe(token)
      await expect(world.start({ resume: lost })).rejects.toMatchObject({ code: 'unavailable' })
      expect(world.signals).toContainEqual({ type: 'resume.lost' })
    },
  },
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
    name: 'asks the model it was told to',
    shows: 'modelSelection',
    async run(world) {
      const model = { 'claude-code': 'claude-haiku-4-5', codex: 'gpt-5.4' }[world.adapter.id] ?? 'chosen-model'
      const session = await world.start({ model })
      await world.run(session, [{ say: 'hi' }])
      if (usesModel(world)) expect(planned(world).at(-1)?.asked?.model).toBe(model)
      else expect(world.signals).toContainEqual(expect.objectContaining({ type: 'ready', model }))
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
    name: 'carries large output of a command without breaking',
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ shell: 'head -c 3000000 /dev/zero | tr "\\0" x' }, { say: 'big' }])
      expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
    },
  },
  {
    name: 'settles once as failed, with what to do, when the program is killed in the middle',
    async run(world) {
      const asked = Promise.withResolvers<void>()
      const session = await world.start({ authorize: () => (asked.resolve(), new Promise<Verdict>(() => undefined)) })
      const running = world.run(session, [{ shell: 'echo never > never.txt' }])
      await asked.promise
      for (const each of await world.box.processes()) if (session.keeps(each)) process.kill(each.pid, 'SIGKILL')
      const signals = await running
      await world.next((signal) => signal.type === 'exited')
      expect(settledOf(world.signals)).toEqual([expect.objectContaining({ outcome: 'failed', advice: expect.stringMatching(/again/) })])
      expect(signals.length).toBeGreaterThan(0)
      expect(existsSync(join(world.workspace, 'never.txt'))).toBe(false)
      await expect(session.prompt({ turn: 't2', text: 'more' })).rejects.toMatchObject({ code: 'unavailable' })
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
]

/** Real time passes in the program; only the file system says when. */
async function untilExists(path: string): Promise<void> {
  const { watch } = await import('node:fs/promises')
  const ending = new AbortController()
  const changes = watch(join(path, '..'), { signal: ending.signal })
  if (existsSync(path)) return ending.abort()
  for await (const _ of changes) if (existsSync(path)) return ending.abort()
}
