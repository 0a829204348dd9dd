import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { createClient } from '../../src/client/create-client.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { draw } from '../support/lane.ts'
import { omniCli } from '../support/omni-cli.ts'
import { realClock } from '../support/real-clock.ts'
import { untilLive } from '../support/until-live.ts'

/** One agent file; what changes from harness to harness is its one line. */
const agentFile = (harness: string, model: string) => `name: same
prompt: Follow the plan.
harness: ${harness}
model: ${model}
tools: [read, edit, shell]
`
const harnesses: Readonly<Record<string, string>> = {
  'claude-code': 'claude-sonnet-5', 'claude-sdk': 'claude-sonnet-5', codex: 'gpt-5.5', pi: 'stub-1', omni: 'stub-1', 'openai-agents': 'stub-1', gemini: 'stub-1',
}

/** Six turns: commands, a new file, an edit, a command that fails, thinking aloud, and both in one turn. */
const script = (folder: string): readonly (readonly object[])[] => [
  [{ shell: 'echo one > one.txt' }, { say: 'Made one.' }],
  [{ write: { path: join(folder, 'two.md'), content: '# Two\n' } }, { say: 'Made two.' }],
  [{ read: join(folder, 'two.md') }, { edit: { path: join(folder, 'two.md'), old: '# Two', new: '# Twice' } }, { say: 'Changed two.' }],
  [{ shell: 'echo three > three.txt; exit 3' }, { say: 'That failed.' }],
  [{ say: 'Nothing to do here.' }],
  [{ shell: 'cat one.txt three.txt > all.txt' }, { write: { path: join(folder, 'end.txt'), content: 'end\n' } }, { say: 'Done.' }],
]
const promptOf = (folder: string, turn: number) => `Turn ${turn}. PLAN:${JSON.stringify(script(folder)[turn - 1])}`
const expected = { 'one.txt': 'one\n', 'two.md': '# Twice\n', 'three.txt': 'three\n', 'all.txt': 'one\nthree\n', 'end.txt': 'end\n' }

/** Families that every harness gives for the same work; how often each comes differs, and some tell more. */
const work = ['turn.started', 'step.started', 'step.ended', 'tool.proposed', 'policy.decided', 'tool.released', 'tool.completed', 'message.completed', 'money.settled', 'turn.ended']
const talk = work.filter((type) => !type.startsWith('tool.') && !type.startsWith('policy.'))

it.each(draw('harnesses that do the same six turns', Object.entries(harnesses), 4))('does the same six turns on %s: the same event families, the same files', async (harness, model) => {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  execFileSync('git', ['init', '-q', cli.folder])
  writeFileSync(join(cli.dir, 'same.yaml'), agentFile(harness, model))
  const first = await cli.run(['run', join(cli.dir, 'same.yaml'), '--json', '-p', promptOf(cli.folder, 1)])
  expect([harness, first.code]).toEqual([harness, 0])
  const session = (JSON.parse(first.stdout.split('\n', 1)[0] ?? '') as Envelope).session
  const { url } = await cli.state('server')
  const client = createClient({ baseUrl: url ?? '', token: readFileSync(join(cli.home, 'run', 'token'), 'utf8').trim(), clock: realClock })
  const live = client.openSession(session)
  for (let turn = 2; turn <= 6; turn += 1) {
    await client.command(session, { type: 'turn.start', text: promptOf(cli.folder, turn) })
    await untilLive(live, () => live.state.view?.counts.turns === turn && live.state.view.turn === undefined)
  }
  const { events } = await client.events(session, { limit: 1_000 })
  client.close()
  const turns = [...new Set(events.flatMap((event) => (event.turn === undefined ? [] : [event.turn])))]
  const families = turns.map((turn) => work.filter((type) => events.some((event) => event.turn === turn && event.type === type)))
  expect([harness, families]).toEqual([harness, [work, work, work, work, talk, work]])
  const outcomes = events.flatMap((event) => (event.type === 'turn.ended' ? [event.data] : []))
  expect([harness, outcomes]).toEqual([harness, turns.map(() => ({ outcome: 'completed' }))])
  await stub.close()
  const files = readdirSync(cli.folder).filter((name) => !name.startsWith('.'))
  expect(Object.fromEntries(files.map((name) => [name, readFileSync(join(cli.folder, name), 'utf8')]))).toEqual(expected)
}, 180_000)
