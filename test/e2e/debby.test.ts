import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { nestedPlan, omniCall } from '../support/nested-plan.ts'
import { omniCli } from '../support/omni-cli.ts'

const verdict = '{\\"agrees\\": true, \\"changed\\": false, \\"remaining\\": []}'

it('is shipped with its skill: /debate tells its model which file to follow', async () => {
  const stub = await startModelStub()
  onTestFinished(() => stub.close())
  const cli = await omniCli({ modelUrl: stub.url })
  const { code } = await cli.run(['run', 'debby', '--harness', 'pi', '--model', 'stub-1', '-p', '/debate 2 PLAN:[{"say":"both will argue"}]'])
  expect(code).toBe(0)
  expect(JSON.stringify(stub.requests.find(({ side }) => !side)?.body)).toMatch(/Use the skill .{0,4}debate.{0,4}: read \S+skills\/debate\/SKILL\.md first and follow it/)
}, 120_000)

it('asks two heads of different vendors side by side, and has them argue until they agree', async () => {
  const stub = await startModelStub()
  onTestFinished(() => stub.close())
  const cli = await omniCli({ modelUrl: stub.url })
  const question = nestedPlan([{ say: `Tabs.\n${JSON.parse(`"${verdict}"`) as string}` }])
  const plan = `PLAN:[${[omniCall('ask_all', `{"question":${question}}`), omniCall('debate', `{"question":${question},"rounds":2}`), '{"say":"both were asked"}'].join(',')}]`
  // As it is shipped, with models that the stub knows the tools of.
  const shipped = readFileSync(join(import.meta.dirname, '../../agents/debby.yaml'), 'utf8')
  const file = join(cli.dir, 'debby.yaml')
  writeFileSync(file, shipped.replace('skills: [skills/debate]\n', '').replace('    harness: claude-code\n', '$&    model: claude-sonnet-5\n').replace('    harness: codex\n', '$&    model: gpt-5.5\n'))
  const { stdout } = await cli.run(['run', file, '--harness', 'pi', '--model', 'stub-1', '--json', '-p', plan])
  const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as Envelope)
  const ended = events.filter(({ type }) => type === 'debate.ended').map(({ data }) => data as { reason: string; round: number })
  expect(ended).toMatchObject([{ reason: 'answered', round: 0 }, { reason: 'agree', round: 1 }])
  const heads = events.filter(({ type }) => type === 'child.spawned').map(({ data }) => (data as { handle: string }).handle)
  expect(heads).toEqual(['claude', 'gpt', 'claude-2', 'gpt-2'])
  const told = events.filter(({ type }) => type === 'inbox.posted').map(({ data }) => (data as { text: { text: string } }).text.text)
  expect(told).toEqual([expect.stringMatching(/^Each answered without seeing the others\.\n\n### claude\n\nTabs\.\n\n### gpt\n\nTabs\.$/), expect.stringMatching(/^They agree after round 1\.\n\n### claude\n\nTabs\.\n\n### gpt\n\nTabs\.$/)])
  // Each head's words came from its own vendor's model.
  const models = new Set(stub.requests.filter(({ side, asked }) => !side && asked?.model !== 'stub-1').map(({ asked }) => /^(claude|gpt)/.exec(asked?.model ?? '')?.[0]))
  expect(models).toEqual(new Set(['claude', 'gpt']))
}, 180_000)
