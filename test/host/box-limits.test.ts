import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import type { BoxLimits } from '../../src/spec/box-limits.ts'
import type { Box, Omnibox } from '../../src/spec/ports/box.ts'
import { countingIds } from '../support/counting-ids.ts'
import { hostWorld } from '../support/host-world.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { realClock } from '../support/real-clock.ts'
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts'

const ownPrograms = ['src', 'node_modules', 'package.json'].map((name) => join(import.meta.dirname, '../..', name))
const netnsProgram = [process.execPath, join(import.meta.dirname, '../../src/omnibox/linux/netns-program.ts')]
let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

/** A host whose clock the test moves, and whose boxes with walls run by the machine's. */
async function limitedHost(limits: BoxLimits) {
  const state = await mkdtemp(join(tmpdir(), 'omni-state-'))
  onTestFinished(() => rm(state, { recursive: true, force: true }))
  const walled = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state }, dir: join(state, 'boxes'), netnsProgram })
  const boxes: Box[] = []
  const omnibox: Omnibox = {
    async open(profile) {
      const box = await walled.open(profile)
      boxes.push(box)
      return box
    },
  }
  const clock = new ManualClock()
  const world = await hostWorld({ clock, omnibox, gateway, ownPrograms, environment: { PATH: process.env['PATH'] ?? '', HOME: state, LANG: 'C.UTF-8' } })
  onTestFinished(() => world.host.close())
  const commands = async (index: number) => ((await boxes[index]?.processes()) ?? []).map(({ command }) => command)
  return { world, clock, boxes, commands, run: (turn: string, text: readonly object[]) => world.run(turn, text, { sandbox: { profile: 'workspace', limits } }) }
}
const minutes = (count: number) => count * 60_000

it('fails the turn that runs when the minutes of its box are over, ends what is in it, and goes on in a new one', async () => {
  const { world, clock, boxes, commands, run } = await limitedHost({ minutes: 30 })
  run('trn_1', [{ shell: 'sleep 300' }, { say: 'slept' }])
  await expect.poll(() => commands(0)).toContain('sleep 300')
  expect(world.facts('box.attested')).toMatchObject([{ profile: 'workspace', limits: { minutes: 'host' } }])
  clock.advance(minutes(30) - 1)
  expect(world.facts('turn.settled')).toEqual([])
  clock.advance(1)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('The 30 minutes of the session’s sandbox are over'), advice: expect.stringContaining('a new sandbox') })
  expect(await commands(0)).toEqual([])
  run('trn_2', [{ shell: 'echo again' }, { say: 'done' }])
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
  expect([world.facts('box.attested').length, boxes.length]).toEqual([2, 2])
  // They count from the start of each.
  run('trn_3', [{ shell: 'sleep 301' }])
  await expect.poll(() => commands(1)).toContain('sleep 301')
  clock.advance(minutes(29))
  expect(world.facts('turn.settled')).toHaveLength(2)
  clock.advance(minutes(1))
  expect(await world.settled('trn_3')).toMatchObject({ outcome: 'failed' })
})

it('says it where no turn runs, and starts the next one in a new box', async () => {
  const { world, clock, commands, run } = await limitedHost({ minutes: 5 })
  run('trn_1', [{ say: 'hello' }])
  await world.settled('trn_1')
  clock.advance(minutes(5))
  await expect.poll(() => world.facts('notice')).toMatchObject([{ level: 'warning', text: expect.stringContaining('The 5 minutes') }])
  await expect.poll(() => commands(0)).toEqual([])
  run('trn_2', [{ say: 'hello again' }])
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
  expect(world.facts('box.attested')).toHaveLength(2)
})

it('says which limits nothing holds, and starts nothing where they are required', async () => {
  const { world, run } = await limitedHost({ disk: 1024 ** 3, minutes: 5 })
  run('trn_1', [{ say: 'hello' }])
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'completed' })
  await expect.poll(() => world.facts('notice')).toMatchObject([{ text: 'Nothing holds these limits of the agent’s sandbox here: disk.' }])
  expect(world.facts('box.attested')).toMatchObject([{ limits: { disk: 'none', minutes: 'host' } }])
  world.run('trn_2', [{ say: 'x' }], { session: 'ses_2', tree: 'ses_2', sandbox: { profile: 'workspace', limits: { disk: 1024 ** 3, required: true } } })
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('requires limits that nothing holds here: disk') })
  expect(world.facts('box.attested')).toHaveLength(1)
})

it('refuses required limits without a sandbox, and says that none holds', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'x' }], { sandbox: { profile: 'off', limits: { pids: 9, required: true } } })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('--sandbox workspace') })
  world.run('trn_2', [{ say: 'x' }], { sandbox: { profile: 'off', limits: { pids: 9, minutes: 1 } } })
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
  expect(world.facts('box.attested')).toMatchObject([{ advisory: true, limits: { pids: 'none', minutes: 'none' } }])
  await expect.poll(() => world.facts('notice')).toMatchObject([{ text: 'Nothing holds these limits of the agent’s sandbox here: pids, minutes.' }])
})
