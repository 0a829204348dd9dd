import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ConversationLists } from '../../src/spec/api/http.ts'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { furnishHome, handEnv, handFile, type HandProgram, handPrograms, sayByHand } from '../support/by-hand.ts'
import { draw } from '../support/lane.ts'
import { type OmniCli, omniCli } from '../support/omni-cli.ts'
import { openTerminal } from '../support/terminal.ts'

/** A person who used the real programs by hand finds those conversations, opens one and goes on with it natively. */
const plan = (...steps: object[]) => `PLAN:${JSON.stringify(steps)}`

/** @param route where model calls go is said to us; else only the programs' own settings say it, which no box has */
async function world({ route = true } = {}) {
  const stub = await startModelStub()
  onTestFinished(() => stub.close())
  const cli = await omniCli()
  Object.assign(cli.env, handEnv(stub.url))
  await furnishHome(cli.dir, stub.url)
  const ids = Object.keys(handPrograms) as HandProgram[]
  const routed = route ? `    base_url: ${stub.url}\n    api_key_env: OMNI_TEST_KEY\n` : ''
  await writeFile(join(cli.home, 'config.yaml'), `harnesses:\n${ids.map((id) => `  ${id}:\n    path: ${handFile(id)}\n    env: { STUB_KEY: dummy }\n${routed}`).join('')}`)
  const place = { home: cli.dir, folder: cli.folder, stub: stub.url }
  return { stub, cli, say: (id: HandProgram, prompt: string, more = false) => sayByHand(id, { ...place, more }, prompt) }
}

async function listed(cli: OmniCli) {
  const { stdout, code } = await cli.run(['run', '--continue', '--json'])
  expect(code).toBe(0)
  return (JSON.parse(stdout) as ConversationLists).lists
}
const events = (stdout: string) => stdout.trim().split('\n').map((line) => JSON.parse(line) as Envelope)
const times = (text: string, part: string) => text.split(part).length - 1

it.each(Object.keys(handPrograms) as HandProgram[])('goes on with a conversation that was had with %s by hand, natively', async (id) => {
  const { stub, cli, say } = await world()
  await say(id, `The word is KIWI. ${plan({ say: 'Looking.' }, { shell: 'echo from-the-tool' }, { say: 'Noted.' })}`)
  await say(id, `And MANGO. ${plan({ say: 'Noted too.' })}`, true)
  const list = (await listed(cli)).find(({ harness }) => harness === id)
  expect(list).toMatchObject({ harness: id, conversations: [{ title: expect.stringMatching(/^The word is KIWI/), turns: 2 }] })
  const conversation = list?.conversations[0]?.id ?? ''

  const asked = stub.requests.length
  const next = await cli.run(['run', '--continue', conversation.slice(0, -4), '--json', '-p', `What was it? ${plan({ say: 'It was KIWI.' })}`])
  expect([next.code, next.stderr.includes('!')]).toEqual([0, false])
  const request = stub.requests.slice(asked).map(({ body }) => JSON.stringify(body)).find((body) => body.includes('What was it?')) ?? ''
  expect([times(request, 'The word is KIWI'), times(request, 'And MANGO'), request.includes('from-the-tool'), request.includes('earlier conversation')]).toEqual([1, 1, true, false])

  const { session } = events(next.stdout)[0] ?? { session: '' }
  const exported = (await cli.run(['export', session])).stdout.trim().split('\n').map((line) => JSON.parse(line) as { event?: Envelope })
  const log = exported.flatMap(({ event }) => event ?? [])
  const imported = log.flatMap((event) => (event.type === 'part.imported' ? [(event.data as { part: Record<string, unknown> }).part] : []))
  expect(imported.map(({ kind }) => kind)).toEqual(['prompt', 'message', 'tool', 'message', 'prompt', 'message'])
  expect(imported[2]).toMatchObject({ title: 'echo from-the-tool', outcome: 'ok' })
  // Nothing of it was decided or paid for here.
  const before = log.slice(0, log.findIndex((event) => event.type === 'conversation.imported')).map((event) => event.type)
  expect([...new Set(before)].toSorted()).toEqual(['part.imported', 'session.created'])
  expect((await cli.run(['verify', session])).code).toBe(0)
  expect(log.filter((event) => event.type === 'turn.ended')).toHaveLength(1)
  // A session goes on with it: it is no earlier one any more.
  expect((await listed(cli)).find(({ harness }) => harness === id)?.conversations).toEqual([])
}, 120_000)

it('offers a list in a terminal, newest first, shows what was said, and goes on', async () => {
  const { stub, cli, say } = await world()
  await say('pi', `Older. ${plan({ say: 'ok' })}`)
  await say('pi', `The word is KIWI. ${plan({ shell: 'echo from-the-tool' }, { say: 'Noted.' })}`)
  const terminal = openTerminal(cli, ['run', '--continue'])
  await terminal.until((text) => text.includes('Go on with which conversation?') && text.includes('Older.'))
  expect(terminal.text().indexOf('The word is KIWI')).toBeLessThan(terminal.text().indexOf('Older.'))
  terminal.type('')
  await terminal.until((text) => /Noted\.[^]*Imported from Pi: 1 turn /.test(text))
  terminal.type(`And now? ${plan({ say: 'Going on.' })}`)
  await terminal.until((text) => /Imported[^]*Going on\.\n/.test(text))
  const request = JSON.stringify(stub.requests.at(-1)?.body)
  expect([times(request, 'The word is KIWI'), request.includes('Older')]).toEqual([1, false])
}, 120_000)

it('tells the conversation when the program’s own record is gone meanwhile', async () => {
  const { stub, cli, say } = await world({ route: false })
  await say('pi', `The word is KIWI. ${plan({ shell: 'echo from-the-tool' }, { say: 'Noted.' })}`)
  const [conversation] = (await listed(cli)).flatMap(({ conversations }) => conversations)
  const terminal = openTerminal(cli, ['run', 'hello', '--continue', conversation?.id ?? '', '--sandbox', 'off'])
  await terminal.until((text) => text.includes('Imported from Pi'))
  await rm(join(cli.dir, '.pi', 'agent', 'sessions'), { recursive: true })
  terminal.type('And now?')
  await terminal.until((text) => text.includes('own record of this conversation is gone'))
  terminal.type(`Once more? ${plan({ say: 'Going on.' })}`)
  await terminal.until((text) => /is gone[^]*Going on\.\n/.test(text))
  const request = JSON.stringify(stub.requests.at(-1)?.body)
  expect([times(request, 'The word is KIWI'), request.includes('[Tool call] echo from-the-tool → ok'), request.includes('This continues an earlier conversation')]).toEqual([1, true, true])
}, 120_000)

it.each(draw('programs that go on without a sandbox', Object.keys(handPrograms) as HandProgram[], 1))('goes on without a sandbox with %s itself, in its own record', async (id) => {
  const { stub, cli, say } = await world({ route: false })
  await say(id, `The word is KIWI. ${plan({ say: 'ok' })}`)
  const [conversation] = (await listed(cli)).flatMap(({ conversations }) => conversations)
  const run = (...args: string[]) => cli.run(['run', ...args, '-p', `What was it? ${plan({ say: 'It was KIWI.' })}`])
  expect((await run('--continue', conversation?.id ?? '', '--sandbox', 'off')).code).toBe(0)
  await say(id, `And who asked? ${plan({ say: 'You did.' })}`, true)
  const request = JSON.stringify(stub.requests.at(-1)?.body)
  expect([times(request, 'The word is KIWI'), times(request, 'What was it?')]).toEqual([1, 1])
}, 120_000)

it('prints what there is where nobody can choose', async () => {
  const { cli, say } = await world()
  await say('pi', `The word is KIWI. ${plan({ say: 'ok' })}`)
  const shown = await cli.run(['run', '--continue'])
  expect(shown.code).toBe(2)
  expect(shown.stdout).toMatch(/^[\w-]{36} {2}Pi, 1 turn, \d{4}-[\d-]+ [\d:]+ {2}The word is KIWI/)
  expect(shown.stderr).toContain('omni run --continue ID')
  expect((await cli.run(['run', '--continue', '../../etc'])).stderr).toContain('add a prompt with -p')
  expect((await cli.run(['run', '--continue', 'nope', '-p', 'hi'])).stderr).toContain('There is no earlier conversation "nope"')
}, 120_000)
