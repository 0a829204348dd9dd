import { expect, it } from 'vitest'
import type { HostFact } from '../spec/ports/host-link.ts'
import { CallDesk } from './call-desk.ts'

const push = { call: 'c1', tool: 'shell', title: 'git push', input: { command: 'git push' }, actions: [{ kind: 'exec' as const, command: 'git push', outbound: true as const }] }

function openDesk() {
  const facts: HostFact[] = []
  const desk = new CallDesk({ report: (fact) => facts.push(fact), changed: async () => undefined })
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

it('runs nothing that has changed since it was decided, and says what', async () => {
  const facts: HostFact[] = []
  const still = Promise.withResolvers<string | undefined>()
  const desk = new CallDesk({ report: (fact) => facts.push(fact), changed: () => still.promise })
  desk.startTurn()
  const answer = desk.authorize({ call: 'c1', tool: 'shell', title: './x.sh', input: { command: './x.sh' }, actions: [] }, { 'file x.sh': 'hash' })
  expect(facts).toMatchObject([{ type: 'call.wanted', restsOn: { 'file x.sh': 'hash' } }])
  desk.verdict('c1', { type: 'allow' })
  desk.verdict('c1', { type: 'allow' })
  still.resolve('x.sh')
  expect(await answer).toEqual({ type: 'deny', reason: 'It was not run: x.sh has changed since it was decided. Ask again.' })
  expect(facts.at(-1)).toMatchObject({ type: 'call.done', call: 'c1', outcome: 'denied' })
})
