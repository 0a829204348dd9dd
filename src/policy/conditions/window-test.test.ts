import { expect, it } from 'vitest'
import { windowTest } from './window-test.ts'

const at = (window: Parameters<typeof windowTest>[0], ...moments: readonly string[]) => moments.map((moment) => windowTest(window)({ now: Date.parse(moment) }))

it('holds from its first minute to before its last, in its own time zone', () => {
  // 1 July 2026 is a Wednesday; Berlin is two hours ahead.
  expect(at({ tz: 'Europe/Berlin', from: '09:30', to: '16:00' }, '2026-07-01T07:29:59Z', '2026-07-01T07:30:00Z', '2026-07-01T13:59:59Z', '2026-07-01T14:00:00Z')).toEqual([false, true, true, false])
})

it('holds on its days only', () => {
  const days = ['2026-06-28', '2026-06-29', '2026-06-30', '2026-07-01', '2026-07-02', '2026-07-03', '2026-07-04'].map((day) => `${day}T12:00:00Z`)
  expect(at({ tz: 'UTC', days: ['mon-wed', 'sat'], from: '00:00', to: '23:59' }, ...days)).toEqual([false, true, true, true, false, false, true])
})

it('over midnight counts the morning to the evening before', () => {
  // Friday evening to Saturday morning.
  const window = { tz: 'UTC', days: ['fri'], from: '22:00', to: '06:00' }
  expect(at(window, '2026-07-03T21:59:00Z', '2026-07-03T22:00:00Z', '2026-07-04T05:59:00Z', '2026-07-04T06:00:00Z', '2026-07-03T05:00:00Z', '2026-07-04T22:30:00Z')).toEqual([false, true, true, false, false, false])
  expect(at({ tz: 'UTC', days: ['sun'], from: '22:00', to: '06:00' }, '2026-06-29T01:00:00Z', '2026-06-28T01:00:00Z')).toEqual([true, false])
})

it('from a minute to the same minute of the next day is all of the day from there on', () => {
  expect(at({ tz: 'UTC', days: ['fri'], from: '06:00', to: '06:00' }, '2026-07-03T06:00:00Z', '2026-07-04T05:59:00Z', '2026-07-03T05:59:00Z', '2026-07-04T06:00:00Z')).toEqual([true, true, false, false])
})
