import { expect, it } from 'vitest'
import type { HarnessSignal } from '../../spec/ports/harness.ts'
import { ServiceLimits } from './service-limits.ts'

function limits() {
  const signals: HarnessSignal[] = []
  return { signals, limits: new ServiceLimits((signal) => signals.push(signal)) }
}
const window = (usedPercent: number) => ({ usedPercent, windowDurationMins: 300, resetsAt: 1_800_000_000 })

it('says nothing while there is something left', () => {
  const world = limits()
  world.limits.hearAccount({ primary: window(99), secondary: null, rateLimitReachedType: null })
  expect(world.signals).toEqual([])
})

it('tells a reached limit once, with the time at which it ends', () => {
  const world = limits()
  world.limits.hearAccount({ primary: window(100), secondary: window(20), rateLimitReachedType: null })
  world.limits.hearError({ codexErrorInfo: 'usageLimitExceeded', message: 'You have hit your usage limit.' })
  expect(world.signals).toEqual([{ type: 'limited', message: 'The usage limit of the account is reached.', resetAt: 1_800_000_000_000 }])
})

it('tells a limit that only a failed call shows, and no other failure', () => {
  const world = limits()
  world.limits.hearError({ codexErrorInfo: 'badRequest', message: 'no' })
  world.limits.hearError({ codexErrorInfo: 'usageLimitExceeded', message: 'You have hit your usage limit.' })
  expect(world.signals).toEqual([{ type: 'limited', message: 'You have hit your usage limit.' }])
})
