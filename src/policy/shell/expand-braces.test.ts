import { expect, it } from 'vitest'
import { expandBraces } from './expand-braces.ts'

it.each<[text: string, ...words: string[]]>([
  ['a', 'a'], ['', ''], ['{a,b}', 'a', 'b'], ['x{a,b}y', 'xay', 'xby'], ['{a,b}{1,2}', 'a1', 'a2', 'b1', 'b2'], ['{a,{b,c}d}', 'a', 'bd', 'cd'], ['{a,}', 'a', ''], ['{,}', '', ''], ['{a,b,c}', 'a', 'b', 'c'],
  ['{{a,b},c}', 'a', 'b', 'c'], ['{a{1,2}b,c}', 'a1b', 'a2b', 'c'],
  ['{1..3}', '1', '2', '3'], ['{3..1}', '3', '2', '1'], ['{-1..1}', '-1', '0', '1'], ['{0..0}', '0'], ['{a..c}', 'a', 'b', 'c'], ['{c..a}', 'c', 'b', 'a'], ['{a..a}', 'a'], ['{10..12}', '10', '11', '12'], ['x{1..2}y', 'x1y', 'x2y'],
  ['{a}', '{a}'], ['{}', '{}'], ['{', '{'], ['}', '}'], ['a{b', 'a{b'], ['{a,b', '{a,b'], ['{{a,b}', '{a', '{b'], ['{a}{b,c}', '{a}b', '{a}c'], ['{a..}', '{a..}'], ['{..b}', '{..b}'], ['{a.b}', '{a.b}'], ['{a..b..}', '{a..b..}'], ['{a-b..c}', '{a-b..c}'], ['{a,b}}', 'a}', 'b}'],
])('%s is %s %s %s %s', (text, ...words) => {
  expect(expandBraces(text)).toEqual(words)
})

it.each(['{a,"b"}', "{a,'b'}", String.raw`{a,\b}`, '{a,$b}', '{a,`b`}', '"a"', '{1..3..2}', '{01..3}', '{1..03}', '{a..C}', '{1..a}', '{+1..3}', '{1..65}', '{1..1000000}', '{1..1234567}', '{a,b}{1..65}', '{aa..b}'])('%s is left to the shell', (text) => {
  expect(expandBraces(text)).toBeUndefined()
})

it('expands to 64 words and no more', () => {
  const choices = (count: number) => `{${Array.from({ length: count }, (_, index) => index).join(',')}}`
  expect(expandBraces(choices(64))).toHaveLength(64)
  expect(expandBraces(choices(65))).toBeUndefined()
  expect(expandBraces('{1..64}')).toHaveLength(64)
  expect(expandBraces('{1..64}{a,b}')).toBeUndefined()
  expect(expandBraces('{a,b}{1..32}')).toHaveLength(64)
  expect(expandBraces('{a,b}{1..33}')).toBeUndefined()
})
