import { expect, it } from 'vitest'
import { makePlaceholder } from './placeholder.ts'

it('refuses what can not have a stand-in, instead of looking for one for ever', () => {
  expect(() => makePlaceholder('--------')).toThrow('so few different characters')
  expect(() => makePlaceholder('short')).toThrow('fewer than 8')
  expect(() => makePlaceholder('two words here')).toThrow('printable ASCII')
})

it('finds one where a single character can be another', () => {
  expect(makePlaceholder('-------7', (below) => below - 1)).toBe('-------9')
})
