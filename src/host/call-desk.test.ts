import { expect, it } from 'vitest'
import type { HostFact } from '../spec/ports/host-link.ts'
import { CallDesk } from './call-desk.ts'

const push = { call: 'c1', tool: 'shell', title: 'git push', input: { command: 'git push' }, actions: [{ kind: 'exec' as const, command: 'git push', outbound: true as const }] }

function openDesk() {
  const facts: HostFact[] = []
  const desk = new CallDesk((fact) => facts.push(fact))
  desk.startTurn()
  return { desk, asked: () => facts.filter((fact) => fact.type === 'call.wanted').length }
}

it('gives a question that is asked twice one answer', async () => {
  const { desk, asked } = openDesk()
  const answers = Promise.all([desk.authorize(push), desk.authorize(push)])
  desk.verdict('c1', { type: 'allow' })
  expect(await answers).toEqual([{ type: 'allow' }, { type: 'allow' }])
  expect(asked()).toBe(1)
})

it('lets a yes serve for one run: the same id asked again after its answer is refused', async () => {
  const { desk } = openDesk()
  const first = desk.authorize(push)
  desk.verdict('c1', { type: 'allow' })
  expect(await first).toEqual({ type: 'allow' })
  expect(await desk.authorize(push)).toMatchObject({ type: 'deny' })
})

it('refuses an id that comes with another input', async () => {
  const { desk } = openDesk()
  void desk.authorize(push)
  expect(await desk.authorize({ ...push, input: { command: 'git push --force' } })).toMatchObject({ type: 'deny' })
})
