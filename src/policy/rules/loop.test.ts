import { expect, it } from 'vitest'
import { exec, read, treeLog, type TreeLog, write } from '../../../test/policy/tree-log.ts'
import type { Action } from '../../spec/actions.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'

const loop = (more: Partial<Policy> = {}): Policy => ({ name: 'l', type: 'loop', of: 'exec', value: 3, within: '4 calls', action: 'ask', ...more })
const after = (policy: Policy, ...calls: readonly (readonly Action[])[]): TreeLog => {
  const log = treeLog({ server: [policy] })
  log.open('child', 'root')
  for (const call of calls) log.call(call)
  return log
}
const [a, b] = [[exec('a')], [exec('b')]]

it('counts the same call among the last ones, this one included, and says which they were', () => {
  const log = after(loop(), a, b, a)
  const answer = log.ask(a)
  expect(answer).toMatchObject({ verdict: 'ask', rules: [{ value: 3, message: '3 times the same: at least 3 is too many' }] })
  expect(answer.rules[0]?.because?.map((seq) => log.events[seq - 1]?.type)).toEqual(['tool.released', 'tool.released'])
  expect(log.ask(b).verdict).toBe('allow')
})

it('looks back as far as it says: calls of other kinds count among the last ones', () => {
  expect(after(loop(), a, a, b).ask(a).verdict).toBe('ask')
  expect(after(loop(), a, a, b, b).ask(a).verdict).toBe('allow')
  expect(after(loop(), a, a, [read('x')], [read('y')]).ask(a).verdict).toBe('allow')
})

it('compares all that a call does of its kinds, and nothing else', () => {
  expect(after(loop(), [exec('a'), read('x')], [exec('a'), read('y')]).ask([exec('a'), read('z')]).verdict).toBe('ask')
  expect(after(loop(), [exec('a'), exec('b')], [exec('a'), exec('b')]).ask(a).verdict).toBe('allow')
  expect(after(loop(), [exec('a'), exec('b')], [exec('a'), exec('b')]).ask([exec('a'), exec('b')]).verdict).toBe('ask')
  expect(after(loop(), [exec('b'), exec('a')], [exec('a'), exec('b')]).ask([exec('a'), exec('b')]).verdict).toBe('allow')
  expect(after(loop(), [read('x')], [read('x')]).ask([read('x')]).verdict).toBe('allow')
  expect(after(loop({ match: { argv: 'a *' } }), [exec('a 1')], [exec('a 1')]).ask([exec('a 1')]).verdict).toBe('ask')
  expect(after(loop({ match: { argv: 'a *' } }), b, b).ask(b).verdict).toBe('allow')
})

it('takes a change of a file for the same whether the file was new or not', () => {
  expect(after(loop({ of: 'file' }), [write('x', { creates: true })], [write('x')]).ask([write('x', { createdByAgent: true, observed: true })]).verdict).toBe('ask')
  expect(after(loop({ of: 'file' }), [write('x', { bytes: 1 })], [write('x', { bytes: 2 })]).ask([write('x', { bytes: 3 })]).verdict).toBe('allow')
})

it('is of everything, four times in twelve calls, where nothing is said', () => {
  const plain: Policy = { name: 'l', type: 'loop', action: 'ask' }
  expect(after(plain, [read('x')], [read('x')]).ask([read('x')]).verdict).toBe('allow')
  expect(after(plain, [read('x')], [read('x')], [read('x')]).ask([read('x')]).verdict).toBe('ask')
  expect(after(plain, a, a, a, ...Array.from({ length: 8 }, (_, index) => [read(`${index}`)])).ask(a).verdict).toBe('ask')
  expect(after(plain, a, a, a, ...Array.from({ length: 9 }, (_, index) => [read(`${index}`)])).ask(a).verdict).toBe('allow')
})

it('counts in its scope', () => {
  const log = after(loop({ scope: 'session' }), a, a)
  expect([log.ask(a).verdict, log.ask(a, 'child').verdict]).toEqual(['ask', 'allow'])
})
