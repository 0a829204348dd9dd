import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { HarnessSettings } from '../../src/host/host-options.ts'
import { AppError } from '../../src/spec/app-error.ts'
import type { ModelList } from '../../src/spec/model-list.ts'
import { hostWorld } from '../support/host-world.ts'

const mark = (name: string) => [{ shell: `printf %s "$MARK" > ${name}` }]
const said = { pass: ['MARK'], set: {} }

it('starts the program anew when a person has changed what it is started with, and only then', async () => {
  let settings: HarnessSettings = { env: { MARK: 'before' } }
  const world = await hostWorld({ settings: { harness: async () => settings } })
  for (const turn of ['trn_1', 'trn_2']) {
    world.run(turn, mark(`${turn}.txt`), { env: said })
    await world.settled(turn)
  }
  expect(world.facts('box.attested')).toHaveLength(1)
  const starts = () => new Set(world.facts('harness.exited')).size
  expect(starts()).toBe(0)
  settings = { env: { MARK: 'after' } }
  world.run('trn_3', mark('trn_3.txt'), { env: said })
  await world.settled('trn_3')
  const read = (name: string) => readFile(join(world.workspace, name), 'utf8')
  expect(await Promise.all(['trn_1.txt', 'trn_2.txt', 'trn_3.txt'].map(read))).toEqual(['before', 'before', 'after'])
})

it('fails the turn with the problems of a configuration that can not be used', async () => {
  const world = await hostWorld({ settings: { harness: async () => Promise.reject(new AppError('invalid', 'config.yaml can not be used: line 3')) } })
  world.run('trn_1', [{ say: 'never' }])
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('line 3') })
})

it('answers for one harness’s models, and says why when there are none; an unknown harness is no crash', async () => {
  const world = await hostWorld()
  const answer = async (id: string, harness: string) => {
    world.order({ type: 'ask', id, question: { type: 'models', harness, refresh: false } })
    await expect.poll(() => world.heard.some((message) => 'id' in message && message.id === id)).toBe(true)
    return world.heard.find((message) => 'id' in message && message.id === id)
  }
  const expected: Partial<ModelList> = { harness: 'scripted', models: [], aliases: [], problem: expect.stringContaining('can not be asked') as string }
  expect(await answer('q1', 'scripted')).toMatchObject({ type: 'reply.models', models: [expected] })
  expect(await answer('q2', 'nobody')).toMatchObject({ type: 'reply.failed', message: expect.stringContaining('nobody') })
})
