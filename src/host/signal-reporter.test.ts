import { expect, it } from 'vitest'
import type { Credential, HostFact } from '../spec/ports/host-link.ts'
import { SignalReporter } from './signal-reporter.ts'
import type { DeltaPart } from './signal-reporter.ts'

function made(credential: Credential = { kind: 'login', from: '/home/me/.acme' }) {
  const facts: HostFact[] = []
  const deltas: DeltaPart[] = []
  const reporter = new SignalReporter({ harness: 'h', skills: [], credential, fact: (fact) => facts.push(fact), delta: (delta) => deltas.push(delta), overflow: () => undefined })
  reporter.startTurn()
  return { reporter, facts, deltas }
}

it('numbers the pieces of each item and kind by their own offsets', () => {
  const { reporter, deltas } = made()
  reporter.hear({ type: 'text', item: 'a', text: 'x'.repeat(70_000) })
  reporter.hear({ type: 'reasoning', item: 'a', text: 'why' })
  reporter.hear({ type: 'text', item: 'a', text: 'end' })
  reporter.hear({ type: 'tool.output', call: 'c', text: 'out' })
  expect(deltas.map(({ item, kind, offset, text }) => [item, kind, offset, text.length])).toEqual([
    ['a', 'text', 0, 65_536], ['a', 'text', 65_536, 4_464], ['a', 'reasoning', 0, 3], ['a', 'text', 70_000, 3], ['c', 'output', 0, 3],
  ])
})

it('keeps what was streamed and not completed as partial, and nothing else', () => {
  const { reporter, facts } = made()
  reporter.hear({ type: 'text', item: 'a', text: 'whole' })
  reporter.hear({ type: 'message', item: 'a', text: 'whole' })
  reporter.hear({ type: 'text', item: 'b', text: 'ha' })
  reporter.hear({ type: 'text', item: 'b', text: 'lf' })
  reporter.endTurn()
  reporter.endTurn()
  expect(facts).toEqual([{ type: 'message', item: 'a', text: 'whole' }, { type: 'message', item: 'b', text: 'half', partial: true }])
})

it('says that the program is ready again when its token changes, and only then', () => {
  const { reporter, facts } = made()
  reporter.hear({ type: 'ready', version: '1', model: 'm' })
  reporter.hear({ type: 'resume', token: 't1' })
  reporter.hear({ type: 'resume', token: 't1' })
  reporter.hear({ type: 'resume', token: 'x'.repeat(100_000) })
  expect(facts).toEqual([{ type: 'harness.ready', harness: 'h', version: '1', model: 'm' }, { type: 'harness.ready', harness: 'h', version: '1', model: 'm', resume: 't1' }])
})

it('tells the size of the context with the step', () => {
  const { reporter, facts } = made()
  reporter.hear({ type: 'context', used: 10, window: 100 })
  reporter.hear({ type: 'step.ended', step: 's', usage: { input: 1, output: 2 } })
  expect(facts).toEqual([{ type: 'step.ended', step: 's', usage: { input: 1, output: 2 }, context: { used: 10, window: 100 } }])
})

it('bounds plans, names and exit codes', () => {
  const { reporter, facts } = made()
  reporter.hear({ type: 'plan', entries: Array.from({ length: 300 }, () => ({ text: 'x'.repeat(50_000), status: 'pending' as const })) })
  reporter.hear({ type: 'tool.done', call: 'c'.repeat(5_000), outcome: 'ok', output: '', exitCode: 1.5 })
  const [plan, done] = facts
  expect(plan?.type === 'plan' ? [plan.entries.length, plan.entries[0]?.text.length] : []).toEqual([200, expect.toSatisfy((length) => length <= 16_384)])
  expect(done?.type === 'call.done' ? [done.call.length <= 1_024, done.exitCode] : []).toEqual([true, undefined])
})

it('says with each step who pays, where that is certain', () => {
  const billings = (credential: Credential) => {
    const { reporter, facts } = made(credential)
    for (const billing of ['plan', undefined] as const) reporter.hear({ type: 'step.ended', step: 's', usage: { input: 1, output: 1 }, ...(billing === undefined ? {} : { billing }) })
    return facts.map((fact) => (fact.type === 'step.ended' ? fact.billing : fact.type))
  }
  expect(billings({ kind: 'login', from: '/home/me/.acme' })).toEqual(['plan', undefined])
  expect(billings({ kind: 'saved', from: 'acme' })).toEqual(['metered', 'metered'])
})
