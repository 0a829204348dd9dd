import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { clientOf, liveSession, vendorModels } from '../support/live-session.ts'
import { untilLive } from '../support/until-live.ts'

const serverFile = `baseline: false
policies:
  - {name: no-src, type: file, match: {verb: [write, delete], path: "src/**"}, action: deny, message: "Generated code is made by the build server.", enforce: required}
  - {name: docs-ask, type: file, match: {verb: [write, delete], path: "docs/**"}, action: ask}
`
/** What the build does is not to be seen in the line that starts it. */
const build = "const fs = require('fs'); for (const file of process.argv.slice(2)) { fs.rmSync(file, { force: true }); fs.writeFileSync(file, 'built\\r\\n') }"

/** A session of a real program whose commands do what no line of theirs says. */
async function buildWorld(harness: string) {
  const { stub, cli, client, session, live } = await liveSession(harness, serverFile, ({ folder }) => {
    execFileSync('git', ['init', '-q', folder])
    for (const name of ['src', 'docs']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'build.cjs'), build)
    writeFileSync(join(folder, 'src/a.bin'), Buffer.from([0, 255, 13, 10]))
    chmodSync(join(folder, 'src/a.bin'), 0o755)
    writeFileSync(join(folder, 'docs/a.md'), 'old')
  })
  const path = (name: string) => join(cli.folder, name)
  let turns = 1
  const log = async () => (await client.events(session, { limit: 1_000 })).events
  return {
    cli, path, stub, log, session, client,
    text: (name: string) => readFileSync(path(name), 'utf8'),
    async turn(...lines: readonly string[]): Promise<void> {
      turns += 1
      await client.command(session, { type: 'turn.start', text: `Turn ${turns}. PLAN:${JSON.stringify([...lines.map((line) => ({ shell: line })), { say: 'all done' }])}` })
      await untilLive(live, () => live.state.view?.counts.turns === turns && live.state.view.turn === undefined)
      expect(live.state.view?.lastOutcome).toMatchObject({ outcome: 'completed' })
    },
    ask: () => live.state.view?.asks[0],
    async answer(word: 'allow' | 'deny'): Promise<void> {
      const ask = live.state.view?.asks[0]
      await client.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: word })
      await untilLive(live, () => live.state.view?.asks.length === 0)
    },
    count: async (type: string) => (await log()).filter((event) => event.type === type).length,
  }
}

it.each(Object.keys(vendorModels))('takes back what a command of %s changed against a rule, and keeps aside what a rule asks about', async (harness) => {
  const world = await buildWorld(harness)
  await world.turn('node build.cjs src/a.bin docs/a.md free.txt', 'od -c src/a.bin; cat docs/a.md')
  expect([readFileSync(world.path('src/a.bin')), statSync(world.path('src/a.bin')).mode & 0o777, world.text('docs/a.md'), world.text('free.txt')]).toEqual([Buffer.from([0, 255, 13, 10]), 0o755, 'old', 'built\r\n'])
  // The next call saw it so, and the model hears why.
  const outputs = (await world.log()).flatMap(({ type, data }) => (type === 'tool.completed' ? [(data as { output: { text: string } }).output.text] : []))
  expect(outputs.find((output) => output.includes('\\r'))).toMatch(/\\r +\\n[^]*old/)
  expect(world.ask()).toMatchObject({ title: expect.stringMatching(/node build\.cjs.*” changed docs\/a\.md: keep these changes\?$/), rules: [{ rule: 'server/docs-ask' }] })

  await world.answer('allow')
  await expect.poll(() => world.count('checkpoint.restored')).toBe(2)
  expect(world.text('docs/a.md')).toBe('built\r\n')

  writeFileSync(world.path('docs/a.md'), 'by a person')
  await world.turn('node build.cjs docs/a.md')
  const told = world.stub.requests.map(({ body }) => JSON.stringify(body)).filter((body) => body.includes('server/no-src (Generated code is made by the build server.) forbids: taken back'))
  expect(told.length).toBeGreaterThan(0)
  expect([world.text('docs/a.md'), world.ask()?.about]).toEqual(['by a person', expect.any(String)])
  await world.answer('deny')
  expect(world.text('docs/a.md')).toBe('by a person')
}, 300_000)

it('goes on where it was when the server is killed in the middle', async () => {
  const world = await buildWorld('pi')
  const { pid } = await world.cli.state('server')
  // The new server has another port: this client waits for the old one.
  void world.turn('sleep 1; node build.cjs src/a.bin docs/a.md; sleep 0.2', 'sleep 2').catch(() => undefined)
  await expect.poll(() => world.count('tool.released')).toBe(1)
  process.kill(pid, 'SIGKILL')
  await world.cli.run(['server', 'start'])
  const client = await clientOf(world.cli)
  const events = async () => (await client.events(world.session, { limit: 1_000 })).events
  await expect.poll(async () => (await events()).filter(({ type }) => type === 'turn.ended').length, { timeout: 60_000 }).toBe(2)
  expect([readFileSync(world.path('src/a.bin')), world.text('docs/a.md')]).toEqual([Buffer.from([0, 255, 13, 10]), 'old'])
  const types = (await events()).map(({ type }) => type)
  expect([types.filter((type) => type === 'restore.requested').length, types.filter((type) => type === 'checkpoint.restored').length]).toEqual([1, 1])
  client.close()
}, 300_000)
