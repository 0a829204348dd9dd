import { expect, it } from 'vitest'
import { priceCall } from './price-call.ts'

const table = { version: '2026-01-02', models: { 'm-1': { input: 1_000_000, output: 2_000_000 } } }
const usage = { input: 100, output: 10 }
const call = (model: string | undefined, more: object = {}, settledSince = 0) => ({ usage: { ...usage, ...more }, model, settledSince })

it('believes the program first, then the user, then the table', () => {
  const overrides = { 'm-*': { input: 5_000_000, output: 0 } }
  expect(priceCall(call('m-1', { reportedMicroUsd: 7 }), { table, overrides })).toEqual({ microUsd: 7, pricedBy: 'harness' })
  expect(priceCall(call('m-1-20260101'), { table, overrides })).toEqual({ microUsd: 500, pricedBy: 'override' })
  expect(priceCall(call('m-1-20260101'), { table, overrides: {} })).toEqual({ microUsd: 120, pricedBy: 'table', priceTable: '2026-01-02' })
})

it('says so when nobody knows, also of a call without a model', () => {
  expect(priceCall(call('m-2'), { table, overrides: {} })).toEqual({ microUsd: null })
  expect(priceCall(call(undefined), { table, overrides: {} })).toEqual({ microUsd: null })
})

it('settles what a word on several calls leaves open, and takes nothing back', () => {
  const prices = { table, overrides: {} }
  expect(priceCall(call('m-1', { reportedSinceMicroUsd: 300 }, 240), prices)).toEqual({ microUsd: 60, pricedBy: 'harness' })
  expect(priceCall(call('m-1', { reportedSinceMicroUsd: 300 }, 301), prices)).toEqual({ microUsd: 0, pricedBy: 'harness' })
})
