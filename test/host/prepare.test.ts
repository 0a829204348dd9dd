import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hostWorld } from '../support/host-world.ts'

it('runs the set-up in the box before the first prompt, once, and shows it', async () => {
  const world = await hostWorld()
  const prepare = ['echo one >> log; echo "seen $MARK and [$SECRET_TOKEN]"', 'echo two >> log']
  const setup = { prepare, env: { pass: [], set: { MARK: 'it' } } }
  world.run('trn_1', [{ shell: 'echo program >> log' }, { say: 'done' }], setup)
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'completed' })
  world.run('trn_2', [{ say: 'again' }], setup)
  await world.settled('trn_2')
  expect(await readFile(join(world.workspace, 'log'), 'utf8')).toBe('one\ntwo\nprogram\n')
  expect(world.facts('call.seen').map(({ tool, title }) => [tool, title])).toEqual(prepare.map((command) => ['setup', command]))
  expect(world.facts('call.done').slice(0, 2)).toMatchObject([{ outcome: 'ok', output: 'seen it and []\n', exitCode: 0 }, { outcome: 'ok' }])
})

it('does not start the program when a command fails, says why, and tries again from the first with the next prompt', async () => {
  const world = await hostWorld()
  const prepare = ['echo run >> log', 'echo "what is wrong" >&2; test -e mended || exit 7', 'echo never']
  world.run('trn_1', [{ say: 'hello' }], { prepare })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/exit code 7: .*\nwhat is wrong$/s), advice: expect.stringContaining('send the prompt again') })
  expect(world.facts('harness.ready')).toEqual([])
  expect(world.facts('call.done')).toMatchObject([{ outcome: 'ok' }, { outcome: 'error', exitCode: 7, output: 'what is wrong\n' }])
  world.run('trn_2', [{ say: 'hello' }], { prepare: ['touch mended', ...prepare] })
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
  expect(await readFile(join(world.workspace, 'log'), 'utf8')).toBe('run\nrun\n')
})

it('stops with the turn, and leaves nothing of it running', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'hello' }], { prepare: ['echo begun; sleep 600'] })
  await expect.poll(() => world.heard.some((message) => message.type === 'delta' && message.text.includes('begun')), { timeout: 15_000 }).toBe(true)
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'interrupted' })
  expect((await world.commands()).filter((command) => command.includes('sleep'))).toEqual([])
})
