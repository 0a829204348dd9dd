import { expect, it } from 'vitest'
import { planModeVerdict } from './plan-mode.ts'

it('lets reading go', () => {
  expect(planModeVerdict([{ kind: 'file.read', path: 'a', outbound: false }])).toBeUndefined()
})

it.each(['file.write', 'file.delete', 'git.push', 'git.commit', 'package.install', 'package.publish', 'message.out', 'policy.change', 'secret.use'] as const)('refuses %s', (kind) => {
  // Only the kind is looked at.
  expect(planModeVerdict([{ kind: 'file.read', path: 'a', outbound: false }, { kind, path: 'a', outbound: false } as never])).toMatchObject({ verdict: 'deny' })
})

it.each(['exec', 'mcp.call', 'net.request', 'spawn', 'other'] as const)('asks about %s', (kind) => {
  expect(planModeVerdict([{ kind, outbound: 'unknown' } as never])).toMatchObject({ verdict: 'ask' })
})
