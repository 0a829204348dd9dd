import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/spec/ports/harness.ts'
import { omniWorld } from '../support/omni-world.ts'

const call = (name: string, input: unknown) => ({ calls: [{ name, input }] })
const completed = { type: 'settled', outcome: 'completed' }

describe('calls', () => {
  it('asks for calls of one answer together, and gives their results in order', async () => {
    const world = await omniWorld([{ calls: [{ name: 'shell', input: { command: 'cat b.txt' } }, { name: 'read', input: { path: 'a.txt' } }] }, { say: 'done' }])
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
    expect(JSON.stringify(world.service.requests[1]?.body.messages.at(-1)?.content)).toMatch(/toolu_1_0.*text of b.*toolu_1_1.*text of a/)
  })

  it('names the real file that a call would touch, and refuses one outside without asking', async () => {
    const world = await omniWorld([{ calls: [{ name: 'edit', input: { path: 'link.txt', old_string: 'x', new_string: 'y' } }, { name: 'read', input: { path: '../home' } }] }, { say: 'done' }])
    await writeFile(join(world.workspace, 'real.txt'), 'x')
    await symlink('real.txt', join(world.workspace, 'link.txt'))
    await world.run(await world.start(), 'go')
    const path = join(world.workspace, 'real.txt')
    expect(world.asked.map((each) => each.actions)).toEqual([[{ kind: 'file.read', path, outbound: false }, { kind: 'file.write', path, outbound: false }]])
    expect(await readFile(path, 'utf8')).toBe('y')
    expect(world.service.requests[1]?.text).toContain('is outside the work folder')
  })

  it('offers only the tools of the ceiling, and refuses what was not offered', async () => {
    const world = await omniWorld([call('shell', { command: 'touch leaked' }), { say: 'done' }])
    await world.run(await world.start({ tools: ['read', 'delegate'] }), 'go')
    expect(world.service.requests[0]?.body.tools?.map((tool) => tool.name).toSorted()).toEqual(['read', 'search', 'update_plan'])
    expect(world.service.requests[1]?.text).toContain('There is no tool')
    expect(world.asked).toEqual([])
  })

  it('tells the model about an input that does not fit, and about one that is no JSON', async () => {
    const world = await omniWorld([{ calls: [{ name: 'read', input: { file: 'a' } }, { name: 'read', input: '{"path": "a' }] }, { say: 'done' }])
    expect(await world.run(await world.start(), 'go')).toEqual(completed)
    expect(world.service.requests[1]?.text).toMatch(/does not fit read.*It takes: path, offset, limit.*does not fit read/s)
  })

  it('searches contents and names, and leaves out what is ignored', async () => {
    const world = await omniWorld([{ calls: [
      { name: 'search', input: { pattern: 'needle\\d+', context: 0 } }, { name: 'search', input: { glob: '**/*.md' } },
      { name: 'search', input: { pattern: 'absent' } }, { name: 'search', input: { pattern: '(' } }, { name: 'search', input: { pattern: '--open-files-in-pager=touch leaked' } },
    ] }, { say: 'done' }])
    for (const [name, text] of [['.gitignore', 'built\n'], ['a.md', 'x\nneedle42\n'], ['built', 'needle43'], ['b.txt', 'needles']]) await writeFile(join(world.workspace, name ?? ''), text ?? '')
    await world.run(await world.start(), 'go')
    const outputs = world.of('tool.done').map((signal) => signal.output)
    expect(outputs).toContain('a.md:2:needle42\n')
    expect(outputs).toContain('a.md\n')
    expect(outputs.filter((output) => output === 'Nothing found.')).toHaveLength(2)
    expect(outputs.filter((output) => output.includes('[exit code 128]'))).toHaveLength(1)
  })

  it('keeps both ends of long output, says how a command failed, and stops one that takes too long', async () => {
    const world = await omniWorld([{ calls: [
      { name: 'shell', input: { command: 'echo first; seq 100000; echo last; exit 3' } }, { name: 'shell', input: { command: 'echo begun; sleep 60', timeout_seconds: 7 } }, { name: 'shell', input: { command: 'true' } },
    ] }, { say: 'done' }])
    // The limit of 7 seconds passes as soon as the command has said something.
    let late = () => undefined as void
    const clock = { now: world.context.clock.now, after: (ms: number, task: () => void) => (ms === 7_000 ? ((late = task), () => undefined) : world.context.clock.after(ms, task)) }
    const emit = (signal: Parameters<typeof world.context.emit>[0]) => {
      world.context.emit(signal)
      if (signal.type === 'tool.output' && signal.text.includes('begun')) late()
    }
    await world.run(await world.start({ clock, emit }), 'go')
    const outputs = world.of('tool.done').map((signal) => signal.output)
    expect(outputs.find((output) => output.startsWith('first\n1\n'))).toMatch(/\[\d+ characters left out here\]\n[\d\n]+last\n\n\[exit code 3\]$/s)
    expect(outputs.find((output) => output.startsWith('begun'))).toMatch(/\[stopped after 7 seconds/)
    expect(outputs).toContain('(no output)')
    const file = /The output is in (\S+)\. Read/.exec(world.service.requests[1]?.text ?? '')?.[1] ?? ''
    expect(await readFile(file, 'utf8')).toMatch(/^first\n1\n2\n[\d\n]+\n100000\nlast\n$/)
  })

  it('gives commands no model key', async () => {
    const world = await omniWorld([call('shell', { command: 'env' }), { say: 'done' }])
    await world.run(await world.start({ env: { ...world.context.env, ANTHROPIC_API_KEY: 'sk-secret', PLAIN: 'seen' } }), 'go')
    const output = world.of('tool.done')[0]?.output ?? ''
    expect(output).toContain('PLAIN=seen')
    expect(output).not.toContain('sk-secret')
    expect(await readFile(`/proc/${(await world.box.processes())[0]?.pid}/environ`, 'utf8')).not.toContain('sk-secret')
  })
})

describe('the service', () => {
  it('is asked again when it is busy, as soon as it says', async () => {
    const world = await omniWorld([{ status: 429, headers: { 'retry-after-ms': '5' }, message: 'slow down' }, { status: 529, headers: { 'retry-after-ms': '5' }, message: 'Overloaded' }, { say: 'here' }])
    expect(await world.run(await world.start(), 'go')).toEqual(completed)
    expect(world.of('notice').map((signal) => signal.text)).toEqual([expect.stringContaining('429 slow down'), expect.stringContaining('529 Overloaded')])
    expect(world.of('message').map((signal) => signal.text)).toEqual(['here'])
    expect(world.of('step.started')).toHaveLength(world.of('step.ended').length)
  })

  it('is said to have reached a limit', async () => {
    const world = await omniWorld([{ status: 429, headers: { 'retry-after': '7200' }, message: 'You exceeded your current quota' }, { say: 'again' }])
    const session = await world.start()
    const before = Date.now()
    expect(await world.run(session, 'go')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('You exceeded your current quota'), advice: expect.stringContaining('limits') })
    expect(world.of('limited')).toEqual([{ type: 'limited', message: expect.stringContaining('quota'), resetAt: expect.any(Number) }])
    expect((world.of('limited')[0]?.resetAt ?? 0) - before).toBeGreaterThanOrEqual(7_200_000)
    expect(await world.run(session, 'more')).toEqual(completed)
  })

  it('may break off in the middle: what it had said is shown and remembered', async () => {
    const world = await omniWorld([{ say: 'half a thou', breaks: 'the-stream-broke' }, { say: 'whole' }])
    const session = await world.start()
    expect(await world.run(session, 'go')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('the-stream-broke') })
    await world.run(session, 'go on')
    expect(world.service.requests[1]?.text).toContain('half a thou')
  })

  it('is given marks for its cache, the rules of the project, and our own words', async () => {
    const world = await omniWorld([call('shell', { command: 'true' }), { say: 'done' }])
    await writeFile(join(world.workspace, 'AGENTS.md'), 'Use tabs.')
    await symlink('AGENTS.md', join(world.workspace, 'CLAUDE.md'))
    await world.run(await world.start(), 'go')
    const { body, text } = world.service.requests[1] ?? { body: { system: [], messages: [] }, text: '' }
    expect(body.system.at(-1)).toMatchObject({ text: expect.stringMatching(/You are a coding agent[\s\S]*AGENTS\.md[\s\S]*Use tabs\.[\s\S]*Be good\./), cache_control: { type: 'ephemeral' } })
    expect(text.split('Use tabs.')).toHaveLength(2)
    // Tools, system, what the last call ended with, what this one ends with: four are allowed.
    expect(body.tools?.map((tool) => JSON.stringify(tool).includes('"cache_control"'))).toEqual([false, false, false, false, false, false, true])
    expect(body.messages.map((message) => JSON.stringify(message).includes('"cache_control"'))).toEqual([true, false, true])
    expect(text.split('"cache_control"').length - 1).toBe(4)
  })
})

it('passes the effort on, and nothing where none is named', async () => {
  const world = await omniWorld([{ say: 'a' }, { say: 'b' }, { say: 'c' }])
  const thinking = () => JSON.stringify(world.service.requests.at(-1)?.body, ['thinking', 'type', 'budget_tokens', 'output_config', 'effort'])
  await world.run(await world.start({ model: 'anthropic/claude-sonnet-4-5' }), 'go')
  expect(thinking()).toBe('{}')
  await world.run(await world.start({ model: 'anthropic/claude-sonnet-4-5', effort: 'high' }), 'go')
  expect(thinking()).toContain('enabled')
  await world.run(await world.start({ model: 'anthropic/claude-opus-4-6', effort: 'max' }), 'go')
  expect(thinking()).toContain('"effort":"max"')
})

describe('memory', () => {
  it('puts older turns in short before the window is full, and goes on', async () => {
    const world = await omniWorld([{ say: 'old '.repeat(800), input: 500 }, { say: 'middle', input: 1_800 }, { say: 'THE-SUMMARY' }, { say: 'new' }], { contextWindow: 2_000 })
    const session = await world.start()
    await world.run(session, 'first: remember ALPHA')
    await world.run(session, 'second')
    expect(await world.run(session, 'third')).toEqual(completed)
    expect(world.of('compacted').length).toBeGreaterThan(0)
    expect(world.of('context')[0]).toEqual({ type: 'context', used: 507, window: 2_000 })
    const last = world.service.requests.at(-1)?.text ?? ''
    expect(last).toContain('third')
    expect(last).not.toContain('old old')
  })

  it('puts older turns in short when the service says that it is too much, and asks again', async () => {
    const world = await omniWorld([{ say: 'old '.repeat(10_000) }, { status: 400, message: 'prompt is too long: 9 tokens > 8 maximum' }, { say: 'THE-SUMMARY' }, { say: 'new' }], { contextWindow: 30_000 })
    const session = await world.start()
    await world.run(session, 'first')
    expect(await world.run(session, 'second')).toEqual(completed)
    expect(world.service.requests[3]?.text).toContain('THE-SUMMARY')
    expect(world.service.requests[3]?.text).toContain('second')
  })

  it('goes on after a crash that cut off a line and a call', async () => {
    const world = await omniWorld([call('shell', { command: 'echo tool-history' }), { say: 'first life' }, call('shell', { command: 'echo never' }), { say: 'second life' }])
    const asked = Promise.withResolvers<void>()
    const authorize = (proposed: { readonly input: unknown }): Promise<Verdict> => {
      if (!JSON.stringify(proposed.input).includes('never')) return Promise.resolve({ type: 'allow' })
      asked.resolve()
      return new Promise(() => undefined)
    }
    const first = await world.start({ authorize })
    await world.run(first, 'remember GAMMA')
    const cut = world.run(first, 'and then')
    await asked.promise
    for (const each of await world.box.processes()) if (first.keeps(each)) process.kill(each.pid, 'SIGKILL')
    expect(await cut).toMatchObject({ outcome: 'failed' })
    const token = world.of('resume').at(-1)?.token ?? ''
    await appendFile(join(world.home, 'omni', `${token}.jsonl`), '{"type":"message","mess')
    const second = await world.start({ resume: token })
    expect(await world.run(second, 'go on')).toEqual(completed)
    const last = world.service.requests.at(-1)?.text ?? ''
    expect(last).toMatch(/GAMMA[\s\S]*tool-history[\s\S]*may have run[\s\S]*go on/)
    expect(world.of('resume').at(-1)?.token).toBe(token)
  })

  it('loses nothing that was added while the model spoke', async () => {
    const world = await omniWorld([{ say: 'one' }, { say: 'two' }])
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

  it('stops at once while it waits for a busy service', async () => {
    const world = await omniWorld([{ status: 529, headers: { 'retry-after': '60' } }])
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
})

it('starts where the project’s rules are a named pipe', async () => {
  const world = await omniWorld([{ say: 'done' }])
  execFileSync('mkfifo', [join(world.workspace, 'AGENTS.md')])
  expect(await world.run(await world.start(), 'go')).toEqual(completed)
})

it('searches with plain expressions where git has no others', async () => {
  const world = await omniWorld([call('search', { pattern: 'a+b' }), { say: 'done' }])
  await writeFile(join(world.workspace, 'x.txt'), 'aab\n')
  await mkdir(join(world.home, 'bin'), { recursive: true })
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  await writeFile(join(world.home, 'bin', 'git'), `#!/bin/sh\ncase " $* " in *" -P "*) echo "fatal: cannot use Perl-compatible regexes when not compiled with USE_LIBPCRE" >&2; exit 128;; esac\nexec ${real} "$@"\n`, { mode: 0o755 })
  await world.run(await world.start({ env: { ...world.context.env, PATH: `${join(world.home, 'bin')}:${process.env['PATH']}` } }), 'go')
  expect(world.of('tool.done').map((signal) => signal.output)).toEqual(['x.txt:1:aab\n'])
})

it('does not start without a key or a model, and says what to do', async () => {
  const world = await omniWorld([])
  const { route: _, model: __, ...context } = world.context
  await expect(world.adapter.start(context)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('ANTHROPIC_API_KEY') })
  await expect(world.adapter.start({ ...context, model: 'openai/gpt-5.5' })).rejects.toMatchObject({ message: expect.stringContaining('Set OPENAI_API_KEY') })
  expect(await world.box.processes()).toEqual([])
})
