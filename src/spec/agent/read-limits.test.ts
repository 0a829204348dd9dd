import { expect, it } from 'vitest'
import { bytesOf, readLimits } from './read-limits.ts'

it.each([['1k', 1_024], ['512m', 536_870_912], ['1.5G', 1_610_612_736], ['2t', 2_199_023_255_552], ['0.001k', 1]])('reads %s as bytes', (size, bytes) => {
  expect(bytesOf(size)).toBe(bytes)
})

it('keeps what is no size as it is', () => {
  expect(readLimits({ memory: '4g', pids: 512, cpu: 0.5, minutes: 120, required: true })).toEqual({ memory: 4_294_967_296, pids: 512, cpu: 0.5, minutes: 120, required: true })
})
