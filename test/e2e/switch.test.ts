import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { type ModelStub, startModelStub } from '../model-stub/model-stub.ts'
import { draw } from '../support/lane.ts'
import { omniCli } from '../support/omni-cli.ts'
import { realClock } from '../support/real-clock.ts'
import { untilLive } from '../support/until-live.ts'

const models: Readonly<Record<string, string>> = { 'claude-code': 'claude-sonnet-5', codex: 'gpt-5.5', pi: 'stub-1', omni: 'stub-1', qwen: 'stub-1', 'openai-agents': 'stub-1' }
// The memory of `openai-agents` is that of `omni`: one pair will do.
const every = Object.keys(models).filter((id) => id !== 'openai-agents')
const pairs = [...every.flatMap((from) => every.filter((to) => to !== from).map((to) => ({ from, to }))), { from: 'openai-agents', to: 'codex' }]

/** A session on the real server and host, on one harness after another. */
async function sessionOn(harness: string, prompt: string) {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  execFileSync('git', ['init', '-q', cli.folder])
  await cli.run(['server', 'start'])
  const { url } = await cli.state('server')
  const client = createClient({ baseUrl: url ?? '', token: readFileSync(join(cli.home, 'run', 'token'), 'utf8').trim(), clock: realClock })
  const { session } = await client.createSession({ agent: { name: 'hello' }, harness, model: models[harness] ?? '', workspace: { path: cli.folder }, prompt })
  const live = client.openSession(session)
  const turnsDone = (count: number) => untilLive(live, () => live.state.view?.counts.turns === count && live.state.view.turn === undefined)
  onTestFinished(async () => {
    client.close()
    await stub.close()
  })
  await turnsDone(1)
  return {
    stub, live,
    switchTo: (to: string) => client.command(session, { type: 'harness.switch', harness: to, model: models[to] ?? '' }),
    async say(text: string, turns: number) {
      await client.command(session, { type: 'turn.start', text })
      await turnsDone(turns)
      expect(live.state.view?.lastOutcome).toMatchObject({ outcome: 'completed' })
    },
  }
}

const plan = (...steps: object[]) => `PLAN:${JSON.stringify(steps)}`

it.each(draw('ordered pairs of harnesses switched', pairs, 4))('carries the conversation from $from to $to and back, each fact once', async ({ from, to }) => {
  const { stub, live, switchTo, say } = await sessionOn(from, `FACT-ONE ${plan({ shell: 'seq 1 60000 | tee numbers.txt' }, { say: 'ANSWER-ONE' })}`)
  await switchTo(to)
  await say(`FACT-TWO ${plan({ say: 'ANSWER-TWO' })}`, 2)
  expect(live.state.view).toMatchObject({ harness: to, model: models[to] })
  const there = lastRequest(stub, 'FACT-TWO')
  expect(inOrder(there, ['FACT-ONE', 'ANSWER-ONE', 'FACT-TWO'])).toBe(true)
  // A long result comes as a file that holds the whole of what the first program kept; one keeps a file of its own.
  const file = /\/[^\s"\\]*\/handover\/result-\d+\.txt/.exec(there)?.[0] ?? ''
  const laidDown = readFileSync(file, 'utf8')
  const own = /saved to: (\S+)/.exec(laidDown)?.[1]
  expect(own === undefined ? laidDown : readFileSync(own, 'utf8')).toContain('\n59999\n')
  expect(there.length).toBeLessThan(300_000)

  await switchTo(from)
  await say(`FACT-THREE ${plan({ say: 'ANSWER-THREE' })}`, 3)
  expect(inOrder(lastRequest(stub, 'FACT-THREE'), ['FACT-ONE', 'ANSWER-ONE', 'FACT-TWO', 'ANSWER-TWO', 'FACT-THREE'])).toBe(true)
}, 180_000)

it('grows what each program is told linearly over ten switches', async () => {
  const { stub, switchTo, say } = await sessionOn('pi', `FACT-0 ${plan({ say: 'ANSWER-0' })}`)
  const sizes: number[] = []
  for (let turn = 1; turn <= 10; turn += 1) {
    await switchTo(turn % 2 === 1 ? 'omni' : 'pi')
    await say(`FACT-${turn}. ${plan({ say: `ANSWER-${turn}` })}`, turn + 1)
    const told = lastRequest(stub, `FACT-${turn}.`)
    expect(inOrder(told, Array.from({ length: turn - 1 }, (_, index) => `FACT-${index + 1}.`))).toBe(true)
    sizes.push(told.length)
  }
  process.stdout.write(`conversation told after each of ten switches, characters: ${sizes.join(' ')}\n`)
  // Two programs take turns: each is compared with its own last time.
  const growth = sizes.slice(2).map((size, index) => size - (sizes[index] ?? 0))
  expect(Math.max(...growth)).toBeLessThan(2 * Math.min(...growth) + 500)
}, 180_000)

/** The conversation of the newest request that holds `text`: what the model is told, without tools and system prompt. */
function lastRequest(stub: ModelStub, text: string): string {
  const request = stub.requests.findLast((each) => !each.side && JSON.stringify(each.body).includes(text))
  return JSON.stringify(request?.body['messages'] ?? request?.body['input'] ?? '')
}

/** Each word once, in this order. Answers stand in the plan of their prompt too, which is not counted. */
function inOrder(conversation: string, words: readonly string[]): boolean {
  const told = conversation.replaceAll(/PLAN:\[.*?\}\]/g, '')
  const places = words.map((word) => told.indexOf(word))
  expect(words.map((word) => told.split(word).length - 1)).toEqual(words.map(() => 1))
  return places.every((place, index) => place > (places[index - 1] ?? -1))
}
