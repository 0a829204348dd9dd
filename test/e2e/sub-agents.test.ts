import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { clientOf, vendorModels } from '../support/live-session.ts'
import { nestedPlan, omniCall } from '../support/nested-plan.ts'
import { draw } from '../support/lane.ts'
import { omniCli } from '../support/omni-cli.ts'

const delegateTo = (agent: string, title: string, steps: readonly object[]): string => omniCall('delegate', `{"agent":"${agent}","title":"${title}","task":${nestedPlan(steps)}}`)

it.each(draw('programs that lead others', Object.keys(vendorModels), 1))('%s leads two sub-agents of other vendors in their own sandboxes, and hears from both', async (harness) => {
  const stub = await startModelStub()
  const cli = await omniCli({ modelUrl: stub.url })
  onTestFinished(() => stub.close())
  const others = Object.keys(vendorModels).filter((name) => name !== harness)
  const file = join(cli.dir, 'lead.yaml')
  writeFileSync(file, [
    'name: lead', 'prompt: Follow the plan.', `harness: ${harness}`, `model: ${vendorModels[harness]}`, 'tools: [read, delegate]', 'sub_agents:',
    ...others.flatMap((name) => [`  - {name: ${name}, prompt: Follow the plan., harness: ${name}, model: ${vendorModels[name]}, tools: [read], workspace: {mode: here}}`]), '',
  ].join('\n'))
  const plan = `PLAN:[${[...others.map((name) => delegateTo(name, `Look with ${name}`, [{ read: 'README.md' }, { say: `${name} has looked` }])), omniCall('wait'), omniCall('children'), '{"say":"all have looked"}'].join(',')}]`
  const { stdout } = await cli.run(['run', file, '--json', '-p', plan])
  const [{ session = '' } = {}] = stdout.split('\n').map((line) => JSON.parse(line || '{}') as Partial<Envelope>)
  const client = await clientOf(cli)
  onTestFinished(() => client.close())
  const { events } = await client.events(session, { limit: 1_000 })
  const done = events.filter(({ type, session: of }) => type === 'tool.completed' && of === session).map(({ data }) => data as { call: string; outcome: string; output: { text: string } })
  const answers = done.filter(({ call: id }) => id.startsWith('req_'))
  expect(answers.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok'])
  for (const name of others) {
    expect(answers[2]?.output.text).toContain(`${name} has looked`)
    expect(answers[3]?.output.text).toContain(`${name}: finished`)
  }
  const children = events.filter(({ type }) => type === 'session.created').slice(1)
  expect(children.map(({ data }) => data)).toMatchObject(others.map((name) => ({ harness: name, parent: session })))
  expect(events.filter(({ type }) => type === 'box.attested').map(({ data }) => (data as { profile: string }).profile)).toEqual(['workspace', 'workspace', 'workspace'])
  expect(events.findLast(({ type, session: of }) => type === 'turn.ended' && of === session)?.data).toMatchObject({ outcome: 'completed' })
}, 180_000)
