import { describe, expect, it } from 'vitest'
import { expandBraces, globTest, matchSegments, matchWords, segmentTests, wordTests } from './match-glob.ts'

describe('braces', () => {
  it.each([
    ['a{b,c}d', ['abd', 'acd']],
    ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2']],
    ['{a,{b,c}}', ['a', 'b', 'a', 'c']],
    ['a{,b}', ['a', 'ab']],
    ['{a}', ['{a}']],
    ['a', ['a']],
    ['', ['']],
    ['{$&,b}c', ['$&c', 'bc']],
  ])('%s stands for %j', (pattern, alternatives) => {
    expect([...new Set(expandBraces(pattern))]).toEqual([...new Set(alternatives)])
  })

  it('are opened for 64 alternatives, and taken as written from there on', () => {
    expect(expandBraces('{a,b}'.repeat(6))).toHaveLength(64)
    expect(expandBraces('{a,b}'.repeat(6)).every((each) => /^[ab]{6}$/.test(each))).toBe(true)
    const many = expandBraces('{a,b}'.repeat(7))
    expect(many.length).toBeGreaterThan(60)
    expect(many.length).toBeLessThan(70)
    expect(many.filter((each) => each.includes('{'))).not.toEqual([])
  })
})

describe('globs', () => {
  it.each([
    ['main', 'main'], ['*', ''], ['*', 'any/thing'], ['rel*', 'rel'], ['rel*', 'release'], ['*ase', 'release'], ['r*e', 'release'], ['r*a*e', 'release'], ['?ain', 'main'], ['a?', 'ab'], ['*a*b', 'xaxxab'], ['a**b', 'ab'], ['?', '😀'], ['', ''],
  ])('%s fits %s', (pattern, text) => {
    expect(globTest(pattern)(text)).toBe(true)
  })
  it.each([
    ['main', 'Main'], ['main', 'main2'], ['rel*', 'unrel'], ['*ase', 'releases'], ['r*x', 'release'], ['?', ''], ['?', 'ab'], ['a?', 'a'], ['a?c', 'ac'], ['*a*b', 'bbaa'], ['a*', ''], ['', 'a'], ['a*b?', 'ab'],
  ])('%s does not fit %s', (pattern, text) => {
    expect(globTest(pattern)(text)).toBe(false)
  })
})

it('begins where it is told to', () => {
  expect([matchSegments(segmentTests(['b']), ['a', 'b'], 1), matchSegments(segmentTests(['**', 'b']), ['b', 'a'], 1), matchSegments(segmentTests(['a', 'b']), ['a', 'b'], 1)]).toEqual([true, false, false])
})

it('takes ** for any number of segments, and * for what stands in one', () => {
  const fits = (pattern: string, path: string) => matchSegments(segmentTests(pattern.split('/')), path.split('/'))
  expect([fits('src/**', 'src/a/b'), fits('src/**/c', 'src/c'), fits('src/**/c', 'src/a/b/c'), fits('**/c', 'c'), fits('src/*', 'src/a')]).toEqual([true, true, true, true, true])
  expect([fits('src/*', 'src/a/b'), fits('src/**/c', 'src/a/cc'), fits('src/?', 'src/ab'), fits('src', 'src/a')]).toEqual([false, false, false, false])
})

describe('words', () => {
  const words = (text: string) => text.split(' ')
  it.each([
    ['npm test', 'npm test', true], ['npm test', 'npm test --silent', false], ['npm test', 'npm', false], ['npm *', 'npm test', true], ['npm *', 'npm', true], ['npm *', 'npm run a b', true], ['npm te*', 'npm test x y', true],
    ['npm te*', 'npm', false], ['npm te*', 'npm run', false], ['* test', 'npm test', true], ['* test', 'npm test x', false], ['git push*', 'git push', true], ['npm * x', 'npm y x', true], ['npm * x', 'npm', false],
  ])('%s and %s: %s', (pattern, line, fits) => {
    expect(matchWords(wordTests(words(pattern)), words(line))).toBe(fits)
  })
  it.each([
    ['npm test', ['npm', null], undefined], ['npm test', ['yarn', null], false], ['npm *', ['npm', null], undefined], ['npm', ['npm', null], undefined], ['npm', ['npm', 'test', null], false], ['npm te*', ['npm', 'test', null], true],
  ] as const)('%s of what is known in part, %j: %s', (pattern, line, fits) => {
    expect(matchWords(wordTests(words(pattern)), line)).toBe(fits)
  })
  it('fit nothing but nothing when there are none', () => {
    expect([matchWords([], []), matchWords([], ['a'])]).toEqual([true, false])
  })
})
