import { expect, it } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { afterMinutes } from './box-minutes.ts'

it.each([0.5, 120, 100_000])('waits %s minutes, also longer than a timer can', (minutes) => {
  const clock = new ManualClock()
  let over = 0
  afterMinutes(clock, minutes, () => (over += 1))
  clock.advance(minutes * 60_000 - 1)
  expect(over).toBe(0)
  clock.advance(minutes * 60_000)
  expect(over).toBe(1)
})

it('is cancelled at any time', () => {
  const clock = new ManualClock()
  let over = 0
  const cancel = afterMinutes(clock, 100_000, () => (over += 1))
  clock.advance(60_000 * 60_000)
  cancel()
  clock.advance(100_000 * 60_000)
  expect(over).toBe(0)
})
