import { expect, it } from 'vitest'
import { claudeBilling } from './claude-billing.ts'

it('takes a sign-in without a key for a subscription, unless its calls go elsewhere', () => {
  expect(claudeBilling('none', { env: {} })).toBe('plan')
  expect(claudeBilling('oauth', { env: { ANTHROPIC_BASE_URL: '' } })).toBe('plan')
  for (const name of ['CLAUDE_CODE_USE_BEDROCK', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN']) expect(claudeBilling('none', { env: { [name]: '1' } })).toBeUndefined()
  expect(claudeBilling('none', { env: {}, route: { baseUrl: 'http://gate', apiKey: '' } })).toBeUndefined()
})

it('takes any key for metered, and silence for nothing', () => {
  expect(claudeBilling('ANTHROPIC_API_KEY', { env: {} })).toBe('metered')
  expect(claudeBilling('/login managed key', { env: {} })).toBe('metered')
  expect(claudeBilling('', { env: {} })).toBeUndefined()
})
