import { describe, expect, it } from 'vitest'
import { policySchemas } from '../policy/policy-schema.ts'
import { expandNetwork } from './expand-network.ts'
import { SandboxSection } from './sandbox-section.ts'

const expand = (network: unknown) => expandNetwork(SandboxSection.parse({ network }).network)

it('is one policy per rule, by its place, and one for the default', () => {
  expect(expand({
    default: 'ask', rules: [
      { url: 'https://registry.example.org/**', method: ['GET', 'HEAD'], action: 'allow' }, { url: 'https://github.com/acme/app.git/**', refs: ['refs/heads/agent/*'], use_secret: 'github', action: 'allow' },
      { host: '*.acme.org', method: 'POST', action: 'ask' }, { host: 'internal:8443', action: 'deny' },
    ],
  })).toEqual([
    { name: 'sandbox.network#1', type: 'network', match: { url: 'https://registry.example.org/**', method: ['GET', 'HEAD'] }, action: 'allow' },
    { name: 'sandbox.network#2', type: 'network', match: { url: 'https://github.com/acme/app.git/**' }, refs: ['refs/heads/agent/*'], use_secret: 'github', action: 'allow' },
    { name: 'sandbox.network#3', type: 'network', match: { host: '*.acme.org', method: 'POST' }, action: 'ask', admit: true },
    { name: 'sandbox.network#4', type: 'network', match: { host: 'internal', port: 8_443 }, action: 'deny' },
    { name: 'sandbox.network#default', type: 'network', default: 'ask' },
  ])
})

it('is nothing where nothing is held back', () => {
  expect([expandNetwork(undefined), expand({}), expand({ default: 'allow' })]).toEqual([[], [], []])
  expect(expand({ default: 'deny' })).toEqual([{ name: 'sandbox.network#default', type: 'network', default: 'deny' }])
})

it('keeps an address of IPv6 whole', () => {
  expect(expand({ rules: [{ host: 'fe80::1', action: 'deny' }] })[0]?.match).toEqual({ host: 'fe80::1' })
})

describe('what it makes', () => {
  const schema = policySchemas()('network')
  it('is a policy as a file could say it, but for the name', () => {
    for (const policy of expand({ default: 'deny', rules: [{ host: 'a.example', action: 'allow', use_secret: 'x', refs: ['main'] }, { url: 'wss://a.example/live', action: 'ask', method: 'GET' }] })) {
      expect(schema.safeParse({ ...policy, name: 'p' }).success).toBe(true)
      expect(schema.safeParse(policy).success).toBe(false)
    }
  })
  it('never gives a secret to what is denied', () => {
    expect(SandboxSection.safeParse({ network: { rules: [{ host: 'a.example', use_secret: 'x', action: 'deny' }] } }).success).toBe(false)
  })
})
