import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import type { Box } from '../../src/spec/ports/box.ts'
import type { HarnessContext, HarnessSession, HarnessSignal, ProposedCall, Verdict } from '../../src/spec/ports/harness.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

const program = join(import.meta.dirname, '../../src/harness/scripted/program/main.ts')
const harness = createScriptedAdapter({ node: process.execPath, program })

let workspace: string
let box: Box
let signals: HarnessSignal[]
let asked: ProposedCall[]
let answer: (call: ProposedCall) => Promise<Verdict>
let session: HarnessSession
let turns: number
const allow = () => Promise.resolve<Verdict>({ type: 'allow' })

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'omni-scripted-'))
  box = await createOffOmnibox({ clock: realClock, ids: countingIds() }).open({ name: 'off', workspace, home: workspace })
  signals = []
  asked = []
  answer = allow
  turns = 0
})
afterEach(async () => {
  await box.close()
  await rm(workspace, { recursive: true })
})

async function start(more: Partial<HarnessContext> = {}): Promise<void> {
  session = await harness.start({
    session: 'ses_1', box, workspace, home: join(workspace, '.home'), file: '', env: { PATH: process.env['PATH'] ?? '', HOME: workspace },
    instructions: '', tools: ['read', 'edit', 'shell'], mcp: {}, clock: realClock, signal: new AbortController().signal,
    authorize: (call) => {
      asked.push(call)
      return answer(call)
    },
    emit: (signal) => signals.push(signal),
    ...more,
  })
}
const of = <Type extends HarnessSignal['type']>(type: Type) => signals.filter((signal): signal is Extract<HarnessSignal, { type: Type }> => signal.type === type)
const prompt = (text: string) => session.prompt({ turn: `trn_${(turns += 1)}`, text, images: [] })
const settled = async (count = 1) => {
  await expect.poll(() => of('settled').length, { timeout: 15_000 }).toBe(count)
  return of('settled').at(-1)
}
const run = async (...steps: object[]) => {
  const before = of('settled').length
  await prompt(`PLAN:${JSON.stringify(steps)}`)
  return settled(before + 1)
}

it('plays every kind of step and tells it in order', async () => {
  await start({ model: 'imagined-1' })
  const ending = await run(
    { think: 'hm' }, { say: 'hello world', deltas: 3 }, { plan: ['one', { text: 'two', status: 'done' }] }, { usage: { input: 7, output: 5 } },
    { write: { path: 'a.txt', content: 'old' } }, { edit: { path: 'a.txt', old: 'old', new: 'new' } }, { read: 'a.txt' },
    { shell: 'echo out; echo err >&2; exit 3' },
  )
  expect(ending).toMatchObject({ outcome: 'completed' })
  expect(of('ready')).toEqual([{ type: 'ready', version: '1.0.0', model: 'imagined-1' }])
  expect(of('text').map(({ text }) => text).join('')).toBe('hello world')
  expect(of('text')).toHaveLength(3)
  expect(of('message')).toMatchObject([{ text: 'hello world', reasoning: 'hm' }])
  expect(of('plan')[0]?.entries).toEqual([{ text: 'one', status: 'pending' }, { text: 'two', status: 'done' }])
  expect(of('step.ended')[0]).toMatchObject({ model: 'imagined-1', usage: { input: 7, output: 5 } })
  expect(of('tool.done').map(({ outcome, exitCode }) => [outcome, exitCode])).toEqual([['ok', undefined], ['ok', undefined], ['ok', undefined], ['error', 3]])
  expect(of('tool.done')[2]?.output).toBe('new')
  expect(of('tool.done')[3]?.output.split('\n').sort()).toEqual(['', 'err', 'out'])
  expect(asked.map(({ actions }) => actions[0]?.kind)).toEqual(['file.write', 'file.write', 'file.read', 'exec'])
  expect(asked[0]?.actions[0]).toMatchObject({ path: join(workspace, 'a.txt'), bytes: 3 })
  expect(new Set(asked.map(({ call }) => call)).size).toBe(4)
})

it('runs nothing before it is allowed, and goes on after a refusal', async () => {
  await start()
  answer = ({ tool }) => Promise.resolve(tool === 'shell' ? { type: 'deny', reason: 'not here' } : { type: 'allow' })
  await run({ shell: 'touch ran' }, { write: { path: 'wrote', content: '' } })
  expect(of('tool.done')).toMatchObject([{ outcome: 'denied', output: 'not here' }, { outcome: 'ok' }])
  await expect(readFile(join(workspace, 'ran'))).rejects.toThrow(/ENOENT/)
  expect(await readFile(join(workspace, 'wrote'), 'utf8')).toBe('')
})

it('refuses tools above the ceiling without asking', async () => {
  await start({ tools: ['read'] })
  await run({ shell: 'touch ran' }, { write: { path: 'x', content: '' } })
  expect(of('tool.done').map(({ outcome }) => outcome)).toEqual(['denied', 'denied'])
  expect(asked).toEqual([])
})

it('keeps its writes inside the work folder', async () => {
  await start()
  await run({ write: { path: '../escaped', content: 'x' } })
  expect(of('tool.done')).toMatchObject([{ outcome: 'error', output: expect.stringContaining('outside') }])
})

it('stops a running command and its children on interrupt', async () => {
  await start()
  await prompt(`PLAN:${JSON.stringify([{ shell: 'setsid sleep 401 & sleep 402' }])}`)
  const commands = async () => (await box.processes()).map(({ command }) => command).filter((command) => command.startsWith('sleep'))
  await expect.poll(async () => (await commands()).length).toBe(2)
  await session.interrupt()
  expect(of('settled')).toEqual([{ type: 'settled', outcome: 'interrupted' }])
  expect(of('tool.done')).toMatchObject([{ outcome: 'interrupted' }])
  expect(await commands()).toEqual([])
  expect(await run({ say: 'still here' })).toMatchObject({ outcome: 'completed' })
})

it('runs no command that is allowed only after the interrupt', async () => {
  await start()
  const late = Promise.withResolvers<Verdict>()
  answer = () => late.promise
  await prompt(`PLAN:${JSON.stringify([{ shell: 'touch ran' }])}`)
  await expect.poll(() => asked.length).toBe(1)
  await session.interrupt()
  late.resolve({ type: 'allow' })
  answer = allow
  await run({ shell: 'ls' })
  expect(of('tool.done')).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'ok', output: '' }])
})

it('takes a steer into the running turn', async () => {
  await start()
  const gate = Promise.withResolvers<Verdict>()
  answer = () => gate.promise
  await prompt(`PLAN:${JSON.stringify([{ shell: 'true' }, { say: 'last' }])}`)
  await expect.poll(() => asked.length).toBe(1)
  await session.steer?.('look left')
  await expect.poll(() => of('steer.landed').length).toBe(1)
  gate.resolve({ type: 'allow' })
  await settled()
  expect(of('message').map(({ text }) => text)).toEqual(['You said: look left', 'last'])
})

it('fails a turn as the scenario asks, and one whose plan cannot be read', async () => {
  await start()
  expect(await run({ error: { message: 'overloaded' } })).toMatchObject({ outcome: 'failed', reason: 'overloaded' })
  await prompt('PLAN:[{"dance":1}]')
  expect(await settled(2)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('step 1') })
})

it('settles a turn whose program is killed, and says so', async () => {
  await start()
  await prompt(`PLAN:${JSON.stringify([{ shell: 'sleep 403' }])}`)
  await expect.poll(async () => (await box.processes()).some(({ command }) => command === 'sleep 403')).toBe(true)
  const program = (await box.processes()).find((info) => session.keeps(info))
  process.kill(program?.pid ?? 0, 'SIGKILL')
  expect(await settled()).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('ended') })
  await expect.poll(() => of('exited').length).toBe(1)
  expect(await box.processes()).toEqual([])
  await expect(prompt('again')).rejects.toMatchObject({ code: 'unavailable' })
})

it('remembers an earlier conversation in a new program', async () => {
  await start()
  await run({ say: 'one' })
  await session.close()
  await start({ resume: of('resume')[0]?.token ?? '' })
  await prompt('explain this')
  await settled(2)
  expect(of('message').some(({ text }) => text.includes('We have had 1 earlier turn'))).toBe(true)
})

it('does not start without its program, and leaves nothing', async () => {
  const broken = createScriptedAdapter({ node: process.execPath, program: '/nowhere/main.js' })
  expect(await broken.probe({ box, searchPath: '', installDir: '', env: {} })).toMatchObject({ state: 'broken' })
  await expect(
    broken.start({ session: 's', box, workspace, home: workspace, file: '', env: {}, instructions: '', tools: [], mcp: {}, clock: realClock, signal: new AbortController().signal, authorize: allow, emit: () => undefined }),
  ).rejects.toMatchObject({ code: 'unavailable' })
  expect(await box.processes()).toEqual([])
})

it('shows a real tour without a plan, and says that no model is behind it', async () => {
  execFileSync('git', ['init', '-q'], { cwd: workspace })
  await writeFile(join(workspace, 'README.md'), '# Gardening\n')
  execFileSync('git', ['add', '.'], { cwd: workspace })
  await start()
  await prompt('hello there')
  expect(await settled()).toMatchObject({ outcome: 'completed' })
  expect(of('message')[0]?.text).toContain('no model')
  expect(of('message').at(-1)?.text).toContain('omni harness doctor')
  expect(await readFile(join(workspace, 'NOTES.md'), 'utf8')).toContain('Gardening')
  expect(of('tool.done').at(-1)?.output).toContain('?? NOTES.md')
  expect(of('plan').at(-1)?.entries.every(({ status }) => status === 'done')).toBe(true)
})
