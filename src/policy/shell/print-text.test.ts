import { expect, it } from 'vitest'
import { dynamicArg, knownArg } from './arg.ts'
import { echoText, printfText } from './print-text.ts'

const args = (...texts: readonly string[]) => texts.map((text) => knownArg(text))

it.each<[words: readonly string[], text: string | undefined]>([
  [[], '\n'], [['a'], 'a\n'], [['a', 'b  c'], 'a b  c\n'], [['-n'], ''], [['-n', 'a'], 'a'], [['a', '-n'], 'a -n\n'], [['-x'], '-x\n'], [['-'], '-\n'], [['x-n'], 'x-n\n'], [['-nx'], '-nx\n'],
  [['-e', 'a'], undefined], [['-E', 'a'], undefined], [['-ne', 'a'], undefined], [['-n', '-n', 'a'], undefined], [['-n', '-e', 'a'], undefined], [['a\\b'], undefined], [['a', '\\n'], undefined],
])('echo %j', (words, text) => {
  expect(echoText(args(...words))).toBe(text)
})

it.each<[words: readonly string[], text: string | undefined]>([
  [['a'], 'a'], [['a\\n'], 'a\n'], [['\\t\\\\\\"\\\''], '\t\\"\''], [['%s', 'a'], 'a'], [['%s'], ''], [['%s-%s ', 'a', 'b', 'c'], 'a-b c- '], [['%s\\n', 'a', 'b'], 'a\nb\n'], [['a', 'b', 'c'], 'a'], [['100%%'], '100%'], [['%%s', 'a'], '%s'], [['%%%s', 'a'], '%a'], [['--', '%s', 'a'], 'a'], [['--'], undefined], [[], undefined], [[''], ''],
  [['%d', '1'], undefined], [['%5s', 'a'], undefined], [['%'], undefined], [['\\x41'], undefined], [['\\'], undefined], [['a\\0'], undefined], [['\\%%n'], undefined], [['%b', 'a'], undefined],
])('printf %j', (words, text) => {
  expect(printfText(args(...words))).toBe(text)
})

it('prints nothing known of what is only known at run time', () => {
  expect([echoText([...args('a'), dynamicArg('$x')]), printfText([...args('%s'), dynamicArg('$x')]), printfText([dynamicArg('$x'), ...args('a')])]).toEqual([undefined, undefined, undefined])
})

it('repeats a format a thousand times and no more', () => {
  const many = (count: number) => args('%s', ...Array.from({ length: count }, () => 'a'))
  expect([printfText(many(1_000)), printfText(many(1_001)), printfText(args('a', ...Array.from({ length: 2_000 }, () => 'b')))]).toEqual(['a'.repeat(1_000), undefined, 'a'])
})
