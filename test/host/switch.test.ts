import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import type { HarnessAdapter } from '../../src/spec/ports/harness.ts'
import type { HistoryPart, SessionSetup } from '../../src/spec/ports/host-link.ts'
import { type HostWorld, hostWorld, scriptedProgram } from '../support/host-world.ts'

/** The scripted program under a second name, and one that never starts. */
const scripted = createScriptedAdapter({ node: process.execPath, program: scriptedProgram })
const second: HarnessAdapter = { ...scripted, id: 'second' }
const broken: HarnessAdapter = { ...scripted, id: 'broken', probe: async () => ({ state: 'missing', reason: 'it is not here', fix: 'Install it.' }) }
const adapters = [scripted, second, broken]

function order(world: HostWorld, id: string, harness: string, history: HistoryPart[] = []) {
  const setup: SessionSetup = {
    session: 'ses_1', tree: 'ses_1', harness, workspace: { mode: 'here', path: world.workspace }, instructions: '', tools: ['read', 'edit', 'shell'],
    env: { pass: [], set: {} }, mode: 'default', sandbox: { profile: 'off' }, skills: [], generation: 1, ...(history.length === 0 ? {} : { history }),
  }
  world.order({ type: 'switch.run', switch: id, setup, lost: ['reasoning'] })
}

const settled = (world: HostWorld) => world.facts('switch.settled')

it('starts the new program, then ends the old one, and tells the new one the conversation with its first prompt', async () => {
  const world = await hostWorld({ adapters })
  world.run('trn_1', [{ say: 'one' }])
  await world.settled('trn_1')
  const [before] = await world.boxes[0]?.processes() ?? []
  order(world, '7', 'second', [{ text: '[User]\nearlier words, the whole is in ' }, { file: 'result-3.txt', text: 'long' }, { text: '\n\n' }])
  await expect.poll(() => settled(world)).toEqual([{ type: 'switch.settled', switch: '7', outcome: 'ready', lost: ['reasoning'] }])
  expect((await world.boxes[0]?.processes())?.some(({ pid }) => pid === before?.pid)).toBe(false)
  expect(world.facts('harness.ready').at(-1)).toMatchObject({ harness: 'second' })
  world.run('trn_2', [{ shell: 'true' }, { say: 'two' }], { harness: 'second' })
  expect(await world.settled('trn_2')).toEqual({ type: 'turn.settled', outcome: 'completed' })
  expect(await readFile(`${world.homeDir}/sessions/ses_1/handover/result-3.txt`, 'utf8')).toBe('long')
})

it('keeps the old program when the new one can not start', async () => {
  const world = await hostWorld({ adapters })
  world.run('trn_1', [{ say: 'one' }])
  await world.settled('trn_1')
  const before = await world.commands()
  order(world, '7', 'broken')
  await expect.poll(() => settled(world)).toEqual([{ type: 'switch.settled', switch: '7', outcome: 'failed', reason: 'it is not here', advice: 'Install it.' }])
  expect(await world.commands()).toEqual(before)
  world.run('trn_2', [{ say: 'two' }])
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
})

it('makes a switch once, however often it is ordered, and after the turn that runs', async () => {
  const world = await hostWorld({ adapters })
  world.run('trn_1', [{ shell: 'until [ -e go ]; do sleep 0.05; done' }, { say: 'one' }])
  await expect.poll(() => world.facts('call.wanted').length).toBe(1)
  order(world, '7', 'second')
  order(world, '7', 'second')
  expect(settled(world)).toEqual([])
  await writeFile(`${world.workspace}/go`, '')
  await world.settled('trn_1')
  await expect.poll(() => settled(world).length).toBe(1)
  world.run('trn_2', [{ say: 'two' }], { harness: 'second' })
  await world.settled('trn_2')
  expect(settled(world)).toHaveLength(1)
})
