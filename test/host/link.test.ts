import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createMemoryOutbox } from '../../src/host/outbox/memory-outbox.ts'
import { hostWorld } from '../support/host-world.ts'

it('works on while the link is down, and reports everything once it is back', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ shell: 'until test -e go; do sleep 0.02; done' }, { say: 'done alone' }])
  await expect.poll(async () => (await world.commands()).some((command) => command.includes('until'))).toBe(true)
  world.cut()
  const before = world.numbered().length
  await writeFile(join(world.workspace, 'go'), '')
  await expect.poll(() => world.disk.facts.some(({ fact }) => fact.fact.type === 'turn.settled')).toBe(true)
  expect(world.numbered()).toHaveLength(before)
  world.heard.length = 0
  world.connect()
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'completed' })
  expect(world.facts('message')).toMatchObject([{ text: 'done alone' }])
  expect(world.heard[0]).toMatchObject({ type: 'hello', epoch: 'epo_1' })
  await expect.poll(() => world.disk.facts).toEqual([])
})

it('sends again, in order, what was never acknowledged', async () => {
  const world = await hostWorld()
  world.acknowledges = false
  world.run('trn_1', [{ say: 'one' }])
  await world.settled('trn_1')
  const first = world.numbered()
  world.heard.length = 0
  world.connect()
  await expect.poll(() => world.heard.at(-1)?.type).toBe('synced')
  expect(world.numbered()).toEqual(first)
})

it('waits for an answer over a cut link, and takes it from the next one', async () => {
  const world = await hostWorld()
  world.verdict = () => undefined
  world.run('trn_1', [{ write: { path: 'a.txt', content: 'x' } }])
  await expect.poll(() => world.facts('call.wanted').length).toBe(1)
  const { call } = world.facts('call.wanted')[0] ?? { call: '' }
  world.cut()
  world.connect()
  world.order({ type: 'call.verdict', session: 'ses_1', call, verdict: { type: 'allow' } })
  world.order({ type: 'call.verdict', session: 'ses_1', call, verdict: { type: 'deny', reason: 'too late to say so' } })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'completed' })
  expect(await readFile(join(world.workspace, 'a.txt'), 'utf8')).toBe('x')
})

it('listens to the newest link only', async () => {
  const world = await hostWorld()
  world.connect()
  world.run('trn_1', [{ say: 'one' }])
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'completed' })
})

it('leaves its last words on disk for the next start when it is stopped', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ shell: 'sleep 521' }])
  await expect.poll(async () => (await world.commands()).includes('sleep 521')).toBe(true)
  world.acknowledges = false
  world.cut()
  await world.host.close()
  expect(await world.commands()).toEqual([])
  const next = await hostWorld({ disk: world.disk, epoch: 'epo_2' })
  expect(await next.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: 'The host was stopped.' })
  expect(next.numbered().every(({ epoch }) => epoch === 'epo_1')).toBe(true)
})

it('stops a turn whose reports nobody takes any more', async () => {
  const world = await hostWorld({ outbox: createMemoryOutbox({ epoch: 'epo_1', maxBytes: 20_000 }) })
  world.acknowledges = false
  world.run('trn_1', Array.from({ length: 100 }, () => ({ say: 'x'.repeat(1_000) })))
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('server') })
  expect(await world.commands()).toEqual([])
})

it('closes an idle program and starts it again with its memory', async () => {
  const world = await hostWorld({ settings: { harness: async () => ({}), idleProgramMs: 30 } })
  world.run('trn_1', [{ say: 'one' }])
  await world.settled('trn_1')
  expect(world.host.idleSince).toBeTypeOf('number')
  await expect.poll(() => world.commands()).toEqual([])
  const resume = world.facts('harness.ready').at(-1)?.resume ?? ''
  world.run('trn_2', 'explain again', { resume })
  await expect.poll(() => world.host.idleSince, { interval: 1 }).toBeUndefined()
  await world.settled('trn_2')
  expect(world.facts('message').some(({ text }) => text.includes('1 earlier turn'))).toBe(true)
})
