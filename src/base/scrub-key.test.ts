import { expect, it } from 'vitest'
import { scrubKey } from './scrub-key.ts'

const key = 'sk-test-0123456789/abc+def'

it.each([
  [`Incorrect API key provided: ${key}. See https://help`, 'Incorrect API key provided: [key]. See https://help'],
  [`url ?key=${encodeURIComponent(key)}&x=1`, 'url ?key=[key]&x=1'],
  ['you sent sk-test-****def', 'you sent [key]'], ['ends in "789/abc+def"', 'ends in "[key]"'], ['nothing here', 'nothing here'],
])('takes the key out of %s', (text, clean) => {
  expect(scrubKey(text, key)).toBe(clean)
})

it('leaves a text alone when there is no key', () => {
  expect(scrubKey('as it was', '')).toBe('as it was')
})
