import { expect, it } from 'vitest'
import { cancelled, permissionAnswer } from './permission.ts'
import { checkProtocol } from './protocol.ts'

const options = [
  { optionId: 'allow_once', name: 'Allow', kind: 'allow_always' },
  { optionId: 'x', name: 'No, but yes', kind: 'allow_once' },
  { optionId: 'y', name: 'Reject', kind: 'reject_once' },
]

it('chooses by kind, whatever ids and names say', () => {
  expect(permissionAnswer(options, { type: 'allow' })).toEqual({ outcome: { outcome: 'selected', optionId: 'x' } })
  expect(permissionAnswer(options, { type: 'deny', reason: 'no' })).toEqual({ outcome: { outcome: 'selected', optionId: 'y' } })
})

it('never says yes for always, nor to garbage', () => {
  expect(permissionAnswer(options.slice(0, 1), { type: 'allow' })).toBe(cancelled)
  expect(permissionAnswer('nonsense', { type: 'allow' })).toBe(cancelled)
})

it('refuses another version of the protocol by name', () => {
  expect(() => checkProtocol(2, 'Some agent')).toThrow(/Some agent speaks version 2 .* version 1/)
})

it('answers no question that comes in the guise of a permission', () => {
  const options = [{ kind: 'allow_once', optionId: 'red' }, { kind: 'allow_once', optionId: 'blue' }, { kind: 'reject_once', optionId: 'none' }]
  expect(permissionAnswer(options, { type: 'allow' })).toEqual({ outcome: { outcome: 'cancelled' } })
})
