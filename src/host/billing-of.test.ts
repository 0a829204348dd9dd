import { expect, it } from 'vitest'
import { billingOf } from './billing-of.ts'

it('is metered behind a gateway and with a key, whatever the program says', () => {
  for (const said of ['plan', 'metered', undefined] as const) {
    expect(billingOf({ kind: 'gateway', from: 'https://gate' }, said)).toBe('metered')
    expect(billingOf({ kind: 'saved', from: 'acme' }, said)).toBe('metered')
    expect(billingOf({ kind: 'environment', from: 'ACME_API_KEY, OTHER_KEY' }, said)).toBe('metered')
  }
})

it('is a plan’s only by the word of a program that nothing else was given to', () => {
  for (const kind of ['login', 'none', 'unknown'] as const) {
    expect(billingOf({ kind, from: '' }, 'plan')).toBe('plan')
    expect(billingOf({ kind, from: '' }, undefined)).toBeUndefined()
  }
})

it('is not known with a token, which may be anything, nor where nothing is needed', () => {
  expect(billingOf({ kind: 'environment', from: 'ACME_API_KEY, ACME_TOKEN' }, 'plan')).toBeUndefined()
  expect(billingOf({ kind: 'environment', from: 'ACME_TOKEN' }, 'metered')).toBe('metered')
  expect(billingOf({ kind: 'none-needed', from: '' }, 'plan')).toBeUndefined()
})
