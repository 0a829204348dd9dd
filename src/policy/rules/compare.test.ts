import { expect, it } from 'vitest'
import { compare, compareWord } from './compare.ts'

it.each([
  ['eq', [false, true, false], 'exactly'], ['ne', [true, false, true], 'other than'], ['lt', [true, false, false], 'below'], ['le', [true, true, false], 'at most'], ['gt', [false, false, true], 'more than'], ['ge', [false, true, true], 'at least'],
] as const)('%s of what is below, the same and above: %j', (op, answers, word) => {
  expect([1, 2, 3].map((value) => compare(op, value, 2))).toEqual(answers)
  expect(compareWord(op)).toBe(word)
})
