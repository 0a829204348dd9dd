import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findSecret } from '../support/find-secret.ts'
import { liveSession, vendorModels } from '../support/live-session.ts'
import { untilLive } from '../support/until-live.ts'

/** What must be nowhere in a box: the key of the model service, and a variable and a file of the user's. */
const [key, token, fileWord] = ['sk-r3al/+"&key%=', 'tok-Planted', 'planted-in-a-file-'].map((word) => `${word}${randomBytes(8).toString('hex')}`) as [string, string, string] // In no file of this checkout, which may lie where a box looks.

/** Writes down everything of the box that is not the system's own, where the test can read it. */
const dump = `mkdir -p dump
for p in /proc/[0-9]*; do for f in environ cmdline; do cat $p/$f >> dump/proc 2>/dev/null; done; done
env > dump/env
tar -cf dump/places.tar --exclude=./dump /tmp /run /etc /var "$HOME" 2>/dev/null
ls -a / ~ > dump/names
cat ~/../../../../../.ssh/id_ed25519 $OUTSIDE/.ssh/id_ed25519 > dump/stolen 2>/dev/null
curl -sS -m 3 http://127.0.0.1:$CONTROL/ > dump/control 2>&1
echo dumped`

async function sandboxed(harness: string) {
  const world = await liveSession(harness, 'baseline: false\n', ({ dir, folder }) => {
    execFileSync('git', ['init', '-q', '-b', 'main', folder])
    mkdirSync(join(dir, '.ssh'))
    writeFileSync(join(dir, '.ssh', 'id_ed25519'), fileWord)
  }, { key, env: { MY_TOKEN: token } })
  const { client, session, live, cli } = world
  let turns = 1
  return {
    ...world,
    async turn(lines: readonly string[]): Promise<void> {
      turns += 1
      await client.command(session, { type: 'turn.start', text: `Turn ${turns}. PLAN:${JSON.stringify([...lines.map((line) => ({ shell: line })), { say: 'all done' }])}` })
      await untilLive(live, () => live.state.view?.counts.turns === turns && live.state.view.turn === undefined)
      expect(live.state.view?.lastOutcome).toMatchObject({ outcome: 'completed' })
    },
    events: async () => (await client.events(session, { limit: 1_000 })).events,
    port: async () => new URL((await cli.state('server')).url ?? '').port,
  }
}

it.each(Object.keys(vendorModels))('runs %s inside, with the model’s key, the user’s variables, files and services nowhere in it', async (harness) => {
  const { turn, stub, cli, session, events, port } = await sandboxed(harness)
  await turn([`export OUTSIDE=${cli.dir} CONTROL=${await port()}; ${dump}`])
  const dumped = (name: string) => readFileSync(join(cli.folder, 'dump', name), 'utf8')
  // It did look around, and what it is started with is there.
  expect([dumped('proc').includes('PATH='), dumped('env').includes('HOME='), dumped('names').includes('usr')]).toEqual([true, true, true])
  expect(dumped('stolen')).toBe('')
  expect(dumped('control')).toMatch(/connect/)
  // The service got the real key, and got it from nobody in the box.
  expect(new Set(stub.requests.filter(({ side }) => !side).map(({ authorization }) => authorization.replace(/^Bearer /, '')))).toEqual(new Set([key]))
  const places = [cli.folder, join(cli.home, 'host', 'sessions', session), join(cli.home, 'data'), join(cli.home, 'logs')]
  for (const secret of [key, token, fileWord]) expect(findSecret(secret, places)).toEqual([])
  // The scan has teeth.
  writeFileSync(join(cli.folder, 'dump', 'leak'), Buffer.from(`x${key}y`).toString('base64'))
  expect(findSecret(key, places)).toHaveLength(1)
  const told = await events()
  expect(told.filter(({ type }) => type === 'box.attested').map(({ data }) => data)).toMatchObject([{ profile: 'workspace', advisory: false, processes: 'namespace' }])
  // Their states are kept by git in a box of its own.
  expect(told.some(({ type }) => type === 'checkpoint.made')).toBe(true)
  expect(told.filter(({ type }) => type === 'money.settled').map(({ data }) => (data as { source: string }).source)).toEqual(Array.from({ length: 3 }, () => 'metered'))
})
