import { expect, it } from 'vitest'
import { exec, push, treeLog, type TreeLog } from '../../test/policy/tree-log.ts'
import { eventWords } from './event-words.ts'

const words = (emit: (log: TreeLog) => unknown, titleOf: (call: string) => string | undefined = () => undefined): string | undefined => {
  const log = treeLog({})
  emit(log)
  const event = log.events.at(-1)
  return event && eventWords(event, titleOf)
}
const changes = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `f${index}`, kind: 'modified' }))

it.each<[string, (log: TreeLog) => unknown]>([
  ['asked for: exec ls; git.push ref main repo example.org/acme/app', (log) => log.emit('tool.proposed', { call: 'c', tool: 't', title: 'Look', input: { text: '' }, actions: [exec('ls'), push()], gated: true })],
  ['asked for: Look', (log) => log.emit('tool.proposed', { call: 'c', tool: 't', title: 'Look', input: { text: '' }, actions: [], gated: true })],
  ['ran: c', (log) => log.emit('tool.released', { call: 'c' })],
  ['ended ok: c', (log) => log.emit('tool.completed', { call: 'c', outcome: 'ok', output: { text: '' } })],
  ['ended failed with exit code 2: c', (log) => log.emit('tool.completed', { call: 'c', outcome: 'failed', output: { text: '' }, exitCode: 2 } as never)],
  ['changed f0 (modified), f1 (modified), f2 (modified), f3 (modified), f4 (modified)', (log) => log.emit('file.changed', { changes: changes(5) } as never)],
  ['changed f0 (modified), f1 (modified), f2 (modified), f3 (modified), f4 (modified) and 2 more', (log) => log.emit('file.changed', { changes: changes(7) } as never)],
  ['a call of model-1 cost $1.5000', (log) => log.spend(1.5)],
  ['a call of model-1 cost nobody knows what', (log) => log.spend(null)],
  ['a person said yes', (log) => log.emit('approval.answered', { approval: 'a', answer: 'allow' })],
  ['a person said no', (log) => log.emit('approval.answered', { approval: 'a', answer: 'deny' })],
  ['decided: ask for c', (log) => log.emit('policy.decided', { call: 'c', verdict: 'ask', rules: [], digest: '', policyHash: '', inputs: {} })],
  ['turn.ended', (log) => log.emit('turn.ended', { outcome: 'completed' } as never)],
  ['later.kind', (log) => log.emit('unsupported' as never, { type: 'later.kind' } as never)],
])('%s', (text, emit) => {
  expect(words(emit)).toBe(text)
})

it('names a call by what it was, where that is known', () => {
  expect(words((log) => log.emit('tool.released', { call: 'c' }), (call) => (call === 'c' ? 'Look around' : undefined))).toBe('ran: Look around')
})
