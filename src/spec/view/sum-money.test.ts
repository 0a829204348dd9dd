import { expect, it } from 'vitest'
import { addMoney, noMoney } from './sum-money.ts'

const settled = (microUsd: number | null, more: object = {}) => ({ microUsd, source: 'reported' as const, ...more })

it('sums metered money, keeps a subscription’s apart, and counts calls without a price', () => {
  const calls = [settled(5, { pricedBy: 'table', billing: 'metered' }), settled(7, { pricedBy: 'table', billing: 'plan' }), settled(null), settled(1, { pricedBy: 'table' })]
  expect(calls.reduce(addMoney, noMoney)).toEqual({ microUsd: 6, planMicroUsd: 7, unpriced: 1, source: 'reported', pricedBy: 'table' })
})

it('takes the price in a log from before the table for the program’s word', () => {
  expect(addMoney(noMoney, settled(5)).pricedBy).toBe('harness')
  expect(addMoney(noMoney, settled(null)).pricedBy).toBe('none')
  expect(addMoney(addMoney(noMoney, settled(5)), settled(1, { pricedBy: 'override' })).pricedBy).toBe('mixed')
})

it('stays a number that can be read, whatever programs claim', () => {
  const much = settled(Number.MAX_SAFE_INTEGER)
  expect(addMoney(addMoney(noMoney, much), much).microUsd).toBe(Number.MAX_SAFE_INTEGER)
})
