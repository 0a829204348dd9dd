import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { makePlaceholder } from '../../omnibox/gateway/placeholder.ts'
import { problemOfValue } from './check-secret-value.ts'

it.each([
  ['', 'it is empty'], ['two\nlines-of-it', 'it has more than one line'], ['two words here', 'a space'], ['schlüssel-4711', 'not printable ASCII'], ['short-1', 'fewer than 8'],
  ['********', 'too few letters and digits'], ['omni----', 'too few letters and digits'], ['abcdefg_omni------------', 'too few letters and digits'],
])('refuses %j', (value, problem) => {
  expect(problemOfValue(value)).toContain(problem)
})

it('refuses what no header would carry', () => {
  expect(problemOfValue('x'.repeat(8_193))).toContain('more than 8192')
})

it.each(['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '12345678', 'correct-horse', 'omni----9', 'a.b.c.d.e.f.g.h'])('takes %j', (value) => {
  expect(problemOfValue(value)).toBeUndefined()
})

it('takes only what a stand-in can be made for', () => {
  const value = fc.oneof(fc.string({ minLength: 8, maxLength: 40 }), fc.array(fc.constantFrom('omni', 'OMNI', 'a', '-', '_', '7', 'abc_', '!'), { minLength: 3, maxLength: 12 }).map((parts) => parts.join('')))
  fc.assert(fc.property(value, (text) => {
    if (problemOfValue(text) !== undefined) return
    let chances = 0
    const placeholder = makePlaceholder(text, (below) => {
      chances += 1
      return chances % below
    })
    expect(chances).toBeGreaterThan(0)
    expect(placeholder).not.toBe(text)
  }), { numRuns: 2_000 })
})
