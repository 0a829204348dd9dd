import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { draw } from '../support/lane.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { type OmniCli, omniCli } from '../support/omni-cli.ts'

const polly = await readFile(join(import.meta.dirname, '../fixtures/polly.yaml'), 'utf8')
const models: Readonly<Record<string, string>> = { 'claude-code': 'claude-sonnet-5', codex: 'gpt-5.5', pi: 'stub-1', omni: 'stub-1', scripted: 'demo' }
const events = (stdout: string): Envelope[] => stdout.trim().split('\n').map((line) => JSON.parse(line) as Envelope)

async function pollyOn(cli: OmniCli, harness: string): Promise<Envelope[]> {
  execFileSync('git', ['init', '-q', cli.folder])
  await writeFile(join(cli.folder, 'polly.yaml'), polly.replace('harness: omni', `harness: ${harness}`).replace('edit, delegate', 'edit, shell, delegate'))
  const plan = [{ say: 'Starting. ' }, { shell: 'echo by-shell > shell.txt && git status --short' }, { write: { path: join(cli.folder, 'file.txt'), content: 'by-tool\n' } }, { say: 'All done.' }]
  const result = await cli.run(['run', 'polly.yaml', '--model', models[harness] ?? '', '--json', '-p', `PLAN:${JSON.stringify(plan)}`])
  expect([harness, result.code, result.stderr.includes('Error')]).toEqual([harness, 0, false])
  return events(result.stdout)
}

/** Families that every harness gives for the same work; how often each comes differs. */
const family = ['session.created', 'queue.added', 'host.attached', 'turn.started', 'box.attested', 'harness.started', 'tool.proposed', 'policy.decided', 'tool.released', 'tool.completed', 'message.completed', 'money.settled', 'turn.ended']

it.each(draw('harnesses that run one agent file', ['scripted', 'claude-code', 'codex', 'pi', 'omni'], 3))('runs the same agent file on %s, with the same work and the same event families', async (harness) => {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  const log = await pollyOn(cli, harness)
  await stub.close()
  expect(await readFile(join(cli.folder, 'shell.txt'), 'utf8')).toBe('by-shell\n')
  expect(await readFile(join(cli.folder, 'file.txt'), 'utf8')).toBe('by-tool\n')
  const types = new Set(log.map((event) => event.type))
  expect(family.filter((type) => !types.has(type))).toEqual([])
  expect(log.filter((event) => event.type === 'turn.ended').map((event) => event.data)).toEqual([{ outcome: 'completed' }])
  const notices = log.filter((event) => event.type === 'notice.given').map((event) => (event.data as { text: string }).text).join('\n')
  expect(notices.includes('leads nobody there')).toBe(harness === 'scripted')
})

it('runs the file verbatim on the omni loop, and holds it to its tools', async () => {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  await writeFile(join(cli.folder, 'polly.yaml'), polly)
  const plan = [{ write: { path: 'plan.md', content: 'one\n' } }, { say: 'Written.' }]
  const result = await cli.run(['run', 'polly.yaml', '--model', 'stub-1', '--json', '-p', `PLAN:${JSON.stringify(plan)}`])
  await stub.close()
  expect([result.code, result.stderr.includes('Error')]).toEqual([0, false])
  expect(await readFile(join(cli.folder, 'plan.md'), 'utf8')).toBe('one\n')
  const log = events(result.stdout)
  expect(log.filter((event) => event.type === 'notice.given')).toEqual([])
  const offered = stub.requests[0]?.asked?.tools.map((tool) => tool.name).toSorted() ?? []
  expect(offered.filter((name) => !name.includes('omni'))).toEqual(['edit', 'read', 'search', 'update_plan', 'write'])
  expect(offered.filter((name) => name.includes('omni')).map((name) => name.replace(/^.*omni_+/, ''))).toEqual(['cancel', 'children', 'delegate', 'inbox', 'result', 'send', 'steer', 'wait'])
})

it('says what is needed when the loop has no key', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.folder, 'polly.yaml'), polly)
  const result = await cli.run(['run', 'polly.yaml', '-p', 'hi'])
  expect(result.code).not.toBe(0)
  expect(result.stdout + result.stderr).toMatch(/ANTHROPIC_API_KEY.*ollama/)
})

it('runs the README’s main job: a session in a sample repository, without a key', async () => {
  const cli = await omniCli()
  const result = await cli.run(['run', 'hello', '--sample', '-p', 'Look around this repository and add a short NOTES.md'])
  expect(result.code).toBe(0)
  expect(result.stderr).toMatch(/http:\/\/localhost:\d+\/s\/ses_\w+#token=/)
  expect(result.stdout).toMatch(/scripted/)
  expect(existsSync(join(cli.dir, 'omnigent-sample', 'NOTES.md'))).toBe(true)
})

it('exports, verifies without a server, deletes nothing it was not told to, and imports again', async () => {
  const cli = await omniCli()
  const made = await cli.run(['run', 'hello', '--sample', '--json', '-p', 'PLAN:[{"say":"hi"}]'])
  const session = events(made.stdout)[0]?.session ?? ''
  const file = join(cli.dir, 'out.jsonl')
  expect((await cli.run(['export', session, '-o', file])).code).toBe(0)
  const verified = await cli.run(['verify', file, '--json'])
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, order: { ok: true }, completeness: { ok: true } })
  await writeFile(file, (await readFile(file, 'utf8')).replace('"text":"hi"', '"text":"ho"'))
  expect((await cli.run(['verify', file])).code).toBe(1)
  const other = await omniCli()
  expect((await cli.run(['export', session, '-o', file])).code).toBe(0)
  expect((await other.run(['import', file])).code).toBe(0)
  expect((await other.run(['sessions'])).stdout).toContain(session)
})

it('answers wrong use with advice and exit code 2', async () => {
  const cli = await omniCli()
  const wrong: [string[], RegExp][] = [
    [['runn'], /Did you mean run/], [['run', 'hello', '--sandbox', 'everything'], /--sandbox is one of read-only, workspace, open, off/], [['run', 'nobody', '-p', 'x'], /There is no agent "nobody"/],
    [['agent', 'check', 'missing.yaml'], /missing\.yaml/], [['run', 'hello', '--harness', 'codexx', '-p', 'x'], /codexx/], [['attach', 'nonsense'], /omni sessions/],
  ]
  await cli.run(['server', 'start'])
  for (const [args, advice] of wrong) {
    const result = await cli.run(args)
    expect([args, result.code]).toEqual([args, 2])
    expect(result.stderr).toMatch(advice)
  }
})
