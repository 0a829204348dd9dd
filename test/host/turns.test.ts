import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hostWorld } from '../support/host-world.ts'

it('says hello, sends what waits, and says that it is in step', async () => {
  const world = await hostWorld({ disk: { facts: [{ fact: { type: 'fact', epoch: 'epo_0', n: 7, tree: 't', session: 's', fact: { type: 'compacted' } }, bytes: 10 }] } })
  await expect.poll(() => world.heard.map(({ type }) => type)).toEqual(['hello', 'fact', 'synced'])
  expect(world.heard[1]).toMatchObject({ epoch: 'epo_0', n: 7 })
  await expect.poll(() => world.disk.facts).toEqual([])
})

it('runs a turn: attests its box, asks for each call, reports it, settles once', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'hello' }, { write: { path: 'a.txt', content: 'x' } }, { shell: 'echo done' }])
  expect(await world.settled('trn_1')).toEqual({ type: 'turn.settled', outcome: 'completed' })
  expect(await readFile(join(world.workspace, 'a.txt'), 'utf8')).toBe('x')
  expect(world.facts('box.attested')).toMatchObject([{ profile: 'off', advisory: true }])
  expect(world.facts('harness.ready').at(-1)).toMatchObject({ harness: 'scripted', version: '1.0.0', resume: expect.stringMatching(/^talk-/) })
  expect(world.facts('call.wanted').map(({ tool }) => tool)).toEqual(['write', 'shell'])
  expect(world.facts('call.done').map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
  expect(world.facts('message')).toMatchObject([{ text: 'hello' }])
  const numbers = world.numbered().map(({ n }) => n)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  expect(world.numbered().every(({ tree, session, turn, epoch }) => tree === 'ses_1' && session === 'ses_1' && turn === 'trn_1' && epoch === 'epo_1')).toBe(true)
})

it('streams text with offsets that fit together', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'a somewhat longer sentence', deltas: 5 }])
  await world.settled('trn_1')
  const deltas = world.heard.filter((message) => message.type === 'delta')
  let text = ''
  for (const delta of deltas) {
    expect(delta).toMatchObject({ session: 'ses_1', turn: 'trn_1', kind: 'text', offset: text.length })
    text += delta.text
  }
  expect(text).toBe('a somewhat longer sentence')
})

it('keeps one program over turns and attests its box once', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ shell: 'true' }])
  await world.settled('trn_1')
  const before = await world.commands()
  world.run('trn_2', [{ say: 'two' }])
  await world.settled('trn_2')
  expect(await world.commands()).toEqual(before)
  expect(world.facts('box.attested')).toHaveLength(1)
  expect(world.facts('harness.ready').length).toBeLessThanOrEqual(2)
})

it('does each order once, however often the engine repeats it', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ shell: 'echo x >> ran' }])
  world.run('trn_1', [{ shell: 'echo x >> ran' }])
  await world.settled('trn_1')
  world.run('trn_1', [{ shell: 'echo x >> ran' }])
  world.run('trn_2', [{ say: 'after' }])
  await world.settled('trn_2')
  expect(await readFile(join(world.workspace, 'ran'), 'utf8')).toBe('x\n')
})

it('runs nothing that the engine refuses', async () => {
  const world = await hostWorld()
  world.verdict = () => ({ type: 'deny', reason: 'not today' })
  world.run('trn_1', [{ write: { path: 'a.txt', content: 'x' } }])
  await world.settled('trn_1')
  expect(world.facts('call.done')).toMatchObject([{ outcome: 'denied', output: 'not today' }])
  await expect(readFile(join(world.workspace, 'a.txt'))).rejects.toThrow(/ENOENT/)
})

it('stops a turn with its processes, and the next one runs', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'working' }, { shell: 'setsid sleep 501 & sleep 502' }])
  await expect.poll(async () => (await world.commands()).includes('sleep 501')).toBe(true)
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  expect(await world.settled('trn_1')).toEqual({ type: 'turn.settled', outcome: 'interrupted' })
  expect((await world.commands()).filter((command) => command.startsWith('sleep'))).toEqual([])
  world.run('trn_2', [{ say: 'again' }])
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
})

it('stops a turn that waits for an approval, and a later yes runs nothing', async () => {
  const world = await hostWorld()
  world.verdict = () => undefined
  world.run('trn_1', [{ shell: 'touch ran' }])
  await expect.poll(() => world.facts('call.wanted').length).toBe(1)
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'interrupted' })
  world.order({ type: 'call.verdict', session: 'ses_1', call: world.facts('call.wanted')[0]?.call ?? '', verdict: { type: 'allow' } })
  world.run('trn_2', [{ say: 'after' }])
  await world.settled('trn_2')
  await expect(readFile(join(world.workspace, 'ran'))).rejects.toThrow(/ENOENT/)
})

it('stops a turn before its program is up', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ stall: true }])
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'interrupted' })
})

it('keeps what was said when it is cut off', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'x'.repeat(2_000), deltas: 2_000 }])
  await expect.poll(() => world.heard.filter(({ type }) => type === 'delta').length).toBeGreaterThan(5)
  world.order({ type: 'turn.interrupt', session: 'ses_1', turn: 'trn_1' })
  await world.settled('trn_1')
  expect(world.facts('message')).toMatchObject([{ partial: true, text: expect.stringMatching(/^x{5,1999}$/) }])
})

it('lands a steer in the running turn, once', async () => {
  const world = await hostWorld()
  world.verdict = () => undefined
  world.run('trn_1', [{ shell: 'true' }])
  world.order({ type: 'turn.steer', session: 'ses_1', turn: 'trn_1', steer: 'str_1', text: 'go left' })
  await expect.poll(() => world.facts('call.wanted').length).toBe(1)
  world.order({ type: 'turn.steer', session: 'ses_1', turn: 'trn_1', steer: 'str_1', text: 'go left' })
  await expect.poll(() => world.facts('steered')).toEqual([{ type: 'steered', steer: 'str_1', landing: 'turn' }])
  world.order({ type: 'call.verdict', session: 'ses_1', call: world.facts('call.wanted')[0]?.call ?? '', verdict: { type: 'allow' } })
  await world.settled('trn_1')
  expect(world.facts('message').map(({ text }) => text)).toEqual(['You said: go left'])
})

it('starts a new program when the conversation was rewound or the harness is set up anew', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'one' }])
  await world.settled('trn_1')
  const first = await world.commands()
  const pids = async () => (await Promise.all(world.boxes.map((box) => box.processes()))).flat().map(({ pid }) => pid)
  const before = await pids()
  world.run('trn_2', [{ say: 'two' }], { generation: 2 })
  await world.settled('trn_2')
  expect(await world.commands()).toEqual(first)
  expect(await pids()).not.toEqual(before)
  const tokens = world.facts('harness.ready').flatMap(({ resume }) => resume ?? [])
  expect(new Set(tokens).size).toBe(2)
})

it('changes the model without a new program where the program can', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ say: 'one' }], { model: 'a' })
  await world.settled('trn_1')
  world.run('trn_2', [{ say: 'two' }], { model: 'b' })
  await world.settled('trn_2')
  expect(world.facts('step.started').map(({ model }) => model)).toEqual(['a', 'b'])
  expect(new Set(world.facts('harness.ready').flatMap(({ resume }) => resume ?? [])).size).toBe(1)
})

it('gives the program the allowed variables and what the agent names, and keeps the rest', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ shell: 'env' }], { env: { pass: [], set: { MODE: 'x' } } })
  await world.settled('trn_1')
  const output = world.facts('call.done')[0]?.output ?? ''
  expect(output).toMatch(/^MODE=x$/m)
  expect(output).not.toContain('SECRET_TOKEN')
})

it('ends a session on order, and starts it again when it is asked to', async () => {
  const world = await hostWorld()
  world.run('trn_1', [{ shell: 'true' }])
  await world.settled('trn_1')
  world.order({ type: 'session.close', session: 'ses_1' })
  await expect.poll(() => world.commands()).toEqual([])
  world.run('trn_2', [{ say: 'back' }])
  expect(await world.settled('trn_2')).toMatchObject({ outcome: 'completed' })
})

it('answers what it can run', async () => {
  const world = await hostWorld()
  world.order({ type: 'ask', id: 'req_1', question: { type: 'readiness' } })
  await expect.poll(() => world.heard.find(({ type }) => type === 'reply')).toMatchObject({ id: 'req_1', readiness: [{ harness: 'scripted', state: 'ready', version: '1.0.0' }] })
})
