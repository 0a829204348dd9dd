import { expect, it } from 'vitest'
import { emptyBalance } from '../spec/money/money-sums.ts'
import { noPlanes } from './facts.ts'
import { readInputs } from './read-inputs.ts'

const planes = { wire: true, kernel: false, restore: true }

it('gives back what a decision rested on, and nothing that was not there', () => {
  const full = { now: 7, planes, secrets: ['aws_key'], ledger: { user: emptyBalance }, hostSets: { trusted: ['a.org'] } } as const
  expect(readInputs(full, 1)).toStrictEqual(full)
  expect(readInputs({ now: 7, planes }, 1)).toStrictEqual({ now: 7, planes })
  expect(readInputs({ now: 7, planes, ledger: { user: emptyBalance, server: undefined } }, 1)).toStrictEqual({ now: 7, planes, ledger: { user: emptyBalance } })
})

it('takes an older log to be of its moment, with nothing that blocks later', () => {
  for (const inputs of [{}, undefined, { now: 'soon', planes }, { now: 7, planes: {} }, { now: 7, planes, ledger: { user: '5' } }, { now: 7, planes, hostSets: { a: [1] } }, { now: 7, planes, secrets: ['x'] }]) expect(readInputs(inputs, 3)).toEqual({ now: 3, planes: noPlanes })
})
