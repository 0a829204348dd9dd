import { expect, it } from 'vitest'
import { factsOf } from '../../test/policy/facts-of.ts'
import { exec, install, opaque, push, write } from '../../test/policy/tree-log.ts'
import type { Action } from '../spec/actions.ts'
import type { Condition } from '../spec/policy/condition.ts'
import { explainCondition } from './explain-condition.ts'
import type { Facts } from './facts.ts'

const explain = (condition: unknown, action: Action, { every = false, ...more }: Partial<Facts> & { every?: boolean } = {}) => explainCondition(condition as Condition, factsOf(action, more), every).map(({ depth, text, truth }) => `${' '.repeat(depth)}${text}: ${truth}`)

it('says of each part what was found', () => {
  expect(explain({ in: ['git.push'], kinds: ['aws_key', 'private_key'] }, push(), { secrets: ['aws_key', 'github_token'] })).toEqual(['in: git.push (it is git.push): true', 'kinds: aws_key | private_key (found: aws_key, github_token): true'])
  expect(explain({ kinds: ['aws_key'] }, push(), { secrets: [] })).toEqual(['kinds: aws_key (found: none): false'])
  expect(explain({ kinds: ['aws_key'] }, push())).toEqual(['kinds: aws_key (nobody looked): unknown'])
  expect(explain({ window: { tz: 'UTC', from: '10:00', to: '11:00' } }, push())).toEqual([expect.stringMatching(/^window: .* \(it was 2026-11-25T12:00:00\.000Z\): false$/)])
  expect(explain({ host: 'x' }, push())).toEqual(['host: x (there is no such thing here): false'])
  expect(explain({ argv: 'npm *', bytes: 1 }, { kind: 'exec', command: 'npm $X', prefix: ['npm'], outbound: 'unknown' })).toEqual(['argv: npm * (it is npm …): unknown', 'bytes: 1 (there is no such thing here): false'])
  expect(explain({ in: ['exec'], ref: 'x' }, opaque('$X'), { possibly: 'git.push' })).toEqual(['in: exec (it is git.push): false', 'ref: x (nobody can tell): unknown'])
})

it('puts what belongs together one deeper, and counts all or one of several as the condition does', () => {
  expect(explain({ all: [{ ref: 'main' }, { not: { any: [{ force: true }] } }] }, push())).toEqual(['all of: true', ' ref: main (it is main): true', ' not: true', '  any of: false', '   force: true (it is false): false'])
  expect(explain({ names: 'left', not: { names: 'left' } }, install('left', 'right'), { every: true })).toEqual(['names: left (it is left right): false', 'not: false', ' names: left (it is left right): true'])
})

it('names of a list of four and more only what fits', () => {
  expect([explain({ path: ['a', 'b', 'c'] }, write('b')), explain({ path: ['a', 'b', 'c', 'd'] }, write('b')), explain({ path: ['a', 'b', 'c', 'd'] }, write('e'))]).toEqual([['path: a | b | c (it is b): true'], ['path: b, one of 4 (it is b): true'], ['path: a | b | c | 1 more (it is e): false']])
  expect(explain({ argv: ['a', 'b', 'c', 'd *'] }, exec('d e'))).toEqual(['argv: d *, one of 4 (it is d e): true'])
})
