import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import type { OpenAsk } from '../../src/spec/view/session-view.ts'
import { pushSpellings, type ShellCase } from '../fixtures/shell/push-spellings.ts'
import { draw } from '../support/lane.ts'
import { liveSession, vendorModels } from '../support/live-session.ts'
import { untilLive } from '../support/until-live.ts'

/** The fourth worked example, alone. */
const serverFile = `baseline: false
policies:
  - name: push-after-install
    type: git
    match: {verb: push}
    after: {package.install: {manager: [npm, pnpm, yarn, bun]}, cleared_by: approval}
    action: ask
`

/** A session of a real program on a repository with a real remote, and a person who answers what is asked. */
async function pushWorld(harness: string) {
  let [remote, folder] = ['', '']
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' }).trim()
  const { stub, cli, client, session, live } = await liveSession(harness, serverFile, (made) => {
    [remote, folder] = [join(made.dir, 'remote.git'), made.folder]
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', remote])
    execFileSync('git', ['init', '-q', '-b', 'main', folder])
    for (const [key, value] of [['remote.origin.url', remote], ['branch.main.remote', 'origin'], ['branch.main.merge', 'refs/heads/main']] as const) git('config', key, value)
    git('commit', '-q', '--allow-empty', '-m', 'one')
    mkdirSync(join(folder, 'dep'))
    writeFileSync(join(folder, 'dep/package.json'), '{"name": "dep", "version": "1.0.0"}')
    // The tool gate alone: in a box what a line hides is decided when it is sent, and a remote outside of the work folder is not there.
  }, { sandbox: 'off' })
  let turns = 1
  return {
    cli, git,
    /** What the remote has. */
    pushed: () => execFileSync('git', ['-C', remote, 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' }).trim().split('\n').filter((line) => line !== ''),
    forget: () => execFileSync('git', ['-C', remote, 'update-ref', '-d', 'refs/heads/main']),
    /** Runs a turn of shell lines; `answer` says yes or no to each card. Gives the cards. */
    async turn(lines: readonly string[], answer: (ask: OpenAsk) => 'allow' | 'deny' = () => 'deny'): Promise<readonly OpenAsk[]> {
      turns += 1
      const cards: OpenAsk[] = []
      await client.command(session, { type: 'turn.start', text: `Turn ${turns}. PLAN:${JSON.stringify([...lines.map((line) => ({ shell: line })), { say: 'all done' }])}` })
      for (;;) {
        await untilLive(live, () => (live.state.view?.counts.turns === turns && live.state.view.turn === undefined) || live.state.view?.asks.some((ask) => !cards.some(({ approval }) => approval === ask.approval)) === true)
        const ask = live.state.view?.asks.find((each) => !cards.some(({ approval }) => approval === each.approval))
        if (ask === undefined) break
        cards.push(ask)
        await client.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: answer(ask) })
      }
      expect(live.state.view?.lastOutcome).toMatchObject({ outcome: 'completed' })
      stub.forget()
      return cards
    },
    async calls(): Promise<readonly Envelope[]> {
      const { events } = await client.events(session, { limit: 1_000 })
      return events
    },
  }
}

const rulesOf = (cards: readonly OpenAsk[]) => cards.map(({ rules }) => rules.map(({ rule }) => rule))
const rule = ['server/push-after-install']
/** A longer conversation is shortened by its program, and then it is another one. */
const perSession = 60

it.each(Object.keys(vendorModels))('lets a push go on %s, asks about every spelling of it after an install, and runs what is allowed once', async (harness) => {
  const world = await pushWorld(harness)
  expect(await world.turn(['git push origin main'])).toEqual([])
  expect(world.pushed()).toEqual(['refs/heads/main'])
  world.forget()

  const spellings = draw(`spellings of a push asked about on ${harness}`, pushSpellings, 5)
  expect(await world.turn(['npm install ./dep --no-audit --no-fund'])).toEqual([])
  for (let from = 0; from < spellings.length; from += perSession) {
    const place = from === 0 ? world : await pushWorld(harness)
    if (from > 0) expect(await place.turn(['npm install ./dep --no-audit --no-fund'])).toEqual([])
    for (const spelling of spellings.slice(from, from + perSession)) {
      const undo = setUp(place, spelling)
      const cards = await place.turn([spelling.line])
      undo()
      expect([spelling.line, rulesOf(cards)]).toEqual([spelling.line, [rule]])
      expect([spelling.line, place.pushed()]).toEqual([spelling.line, []])
    }
  }

  const cards = await world.turn(['echo before > before.txt', 'git push', 'echo after > after.txt'])
  expect(rulesOf(cards)).toEqual([rule])
  expect([world.pushed(), readFileSync(join(world.cli.folder, 'after.txt'), 'utf8')]).toEqual([[], 'after\n'])
  expect(rulesOf(await world.turn(['git push'], () => 'allow'))).toEqual([rule])
  expect(world.pushed()).toEqual(['refs/heads/main'])
  // A person has allowed one: the next goes by itself, until something is installed again.
  expect(await world.turn(['git push origin HEAD:main'])).toEqual([])
}, 1_500_000)

it('asks again when what was approved has changed meanwhile', async () => {
  const world = await pushWorld('pi')
  await world.turn(['npm install ./dep --no-audit --no-fund'])
  const script = join(world.cli.folder, 'ship.sh')
  writeFileSync(script, 'git push origin main\n')
  const cards = await world.turn(['sh ship.sh', 'sh ship.sh'], () => {
    writeFileSync(script, `git push origin main # ${Date.now()}\n`)
    return 'allow'
  })
  expect(rulesOf(cards)).toEqual([rule, rule])
  expect(world.pushed()).toEqual([])
  const refused = (await world.calls()).flatMap((event) => (event.type === 'tool.completed' ? [event.data as { outcome: string; output: { text?: string } }] : [])).filter(({ outcome }) => outcome === 'denied')
  expect(refused.map(({ output }) => output.text)).toEqual([expect.stringContaining('has changed since it was decided'), expect.stringContaining('has changed since it was decided')])
}, 300_000)

/** Lays down what the spelling needs; gives what takes it away again. */
function setUp({ cli, git }: Awaited<ReturnType<typeof pushWorld>>, { files = {}, gitConfig = {} }: ShellCase): () => void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cli.folder, path)), { recursive: true })
    writeFileSync(join(cli.folder, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
  for (const [key, value] of Object.entries(gitConfig)) git('config', key, value)
  return () => {
    for (const path of Object.keys(files)) rmSync(join(cli.folder, path), { force: true })
    for (const key of Object.keys(gitConfig)) git('config', '--unset', key)
  }
}
