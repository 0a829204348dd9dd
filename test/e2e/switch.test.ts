import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { type ModelStub, startModelStub } from '../model-stub/model-stub.ts'
import { omniCli } from '../support/omni-cli.ts'
import { realClock } from '../support/real-clock.ts'
import { untilLive } from '../support/until-live.ts'

const models: Readonly<Record<string, string>> = { 'claude-code': 'claude-sonnet-4-5', codex: 'gpt-5.5', pi: 'stub-1', omni: 'stub-1', 'openai-agents': 'stub-1' }
// The memory of `openai-agents` is that of `omni`: one pair will do.
const every = Object.keys(models).filter((id) => id !== 'openai-agents')
const pairs = [...every.flatMap((from) => every.filter((to) => to !== from).map((to) => ({ from, to }))), { from: 'openai-agents', to: 'codex' }]

it.each(pairs)('carries the conversation from $from to $to and back, each fact once', async ({ from, to }) => {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  execFileSync('git', ['init', '-q', cli.folder])
  await cli.run(['server', 'start'])
  const { url } = await cli.state('server')
  const client = createClient({ baseUrl: url ?? '', token: readFileSync(join(cli.home, 'run', 'token'), 'utf8').trim(), clock: realClock })
  const plan = (...steps: object[]) => `PLAN:${JSON.stringify(steps)}`
  const { session } = await client.createSession({ agent: { name: 'hello' }, harness: from, model: models[from] ?? '', workspace: { path: cli.folder }, prompt: `FACT-ONE ${plan({ shell: 'seq 1 60000' }, { say: 'ANSWER-ONE' })}` })
  const live = client.openSession(session)
  const until = (isSo: () => boolean) => untilLive(live, isSo)
  const turnsDone = (count: number) => until(() => live.state.view?.counts.turns === count && live.state.view.turn === undefined)
  const say = async (text: string, turns: number) => {
    await client.command(session, { type: 'turn.start', text })
    await turnsDone(turns)
    expect(live.state.view?.lastOutcome).toMatchObject({ outcome: 'completed' })
  }
  await turnsDone(1)

  await client.command(session, { type: 'harness.switch', harness: to, model: models[to] ?? '' })
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

  await client.command(session, { type: 'harness.switch', harness: from, model: models[from] ?? '' })
  await say(`FACT-THREE ${plan({ say: 'ANSWER-THREE' })}`, 3)
  expect(inOrder(lastRequest(stub, 'FACT-THREE'), ['FACT-ONE', 'ANSWER-ONE', 'FACT-TWO', 'ANSWER-TWO', 'FACT-THREE'])).toBe(true)
  client.close()
  await stub.close()
}, 120_000)

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
