import { expect, it } from 'vitest'
import { readSince } from './read-since.ts'

const noon = new Date(2026, 10, 25, 12, 30).getTime()

it('reads days, hours and a date in the time zone of the machine', () => {
  expect(readSince('1d', noon)).toBe(new Date(2026, 10, 25).getTime())
  expect(readSince('7d', noon)).toBe(new Date(2026, 10, 19).getTime())
  expect(readSince('30d', noon)).toBe(new Date(2026, 9, 27).getTime())
  expect(readSince('12h', noon)).toBe(noon - 12 * 3_600_000)
  expect(readSince('2026-11-01', noon)).toBe(new Date(2026, 10, 1).getTime())
})

it.each(['', '7', 'd', '0d', '-1d', '1.5d', '7w', '2026-13-01', '2026-02-30', '2026-1-1', 'yesterday', '999999d'])('refuses %j', (text) => {
  expect(() => readSince(text, noon)).toThrow('no time span')
})
