import { expect, it } from 'vitest'
import { both, either, negated, type Truth } from './truth.ts'

const values: readonly Truth[] = [true, 'unknown', false]

it('is as strict as the weaker of two, as mild as the stronger, and unknown stays unknown', () => {
  expect(values.map((left) => values.map((right) => both(left, right)))).toEqual([[true, 'unknown', false], ['unknown', 'unknown', false], [false, false, false]])
  expect(values.map((left) => values.map((right) => either(left, right)))).toEqual([[true, true, true], [true, 'unknown', 'unknown'], [true, 'unknown', false]])
  expect(values.map(negated)).toEqual([false, 'unknown', true])
})
