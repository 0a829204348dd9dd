import { expect, it } from 'vitest'
import { dynamicArg, knownArg, quoted, restOf, sourceOf, textsOf } from './arg.ts'
import { absolute, isVoid, pathOf } from './paths.ts'

it.each<[text: string, cwd: string | undefined, path: string | undefined]>([
  ['a', '/w', '/w/a'], ['./a/../b/', '/w', '/w/b'], ['..', '/w', '/'], ['/x//y/', undefined, '/x/y'], ['/', undefined, '/'], ['a', undefined, undefined], ['x/'.repeat(2_000), '/w', `/w${'/x'.repeat(2_000)}`], ['x/'.repeat(2_100), '/w', undefined], [`/${'x'.repeat(4_095)}`, undefined, `/${'x'.repeat(4_095)}`], [`/${'x'.repeat(4_096)}`, undefined, undefined],
])('%s in %s', (text, cwd, path) => {
  expect(absolute(text, cwd)).toBe(path)
})

it('is known of a glob in the last part only, as written', () => {
  const glob = (text: string) => ({ ...dynamicArg(text), glob: text })
  expect([pathOf(glob('*.c'), '/w'), pathOf(glob('/a/b?'), undefined), pathOf(glob('a*/b'), '/w'), pathOf(glob('a?/b'), '/w'), pathOf(glob('[a]/b'), '/w'), pathOf(glob('+(a)/b*'), '/w')]).toEqual(['/w/*.c', '/a/b?', undefined, undefined, undefined, undefined])
  expect([pathOf(knownArg('a*/b'), '/w'), pathOf(knownArg(''), '/w'), pathOf(dynamicArg('$x'), '/w'), pathOf(knownArg('a'), undefined)]).toEqual(['/w/a*/b', undefined, undefined, undefined])
})

it.each(['/dev/null', '/dev/zero', '/dev/full', '/dev/tty', '/dev/stdin', '/dev/stdout', '/dev/stderr', '/dev/fd/3', '/dev/fd/12', '/dev/pts/0', '/dev/pts/10', '/proc/self/fd/2', '/proc/self/fd/10'])('%s holds nothing', (path) => {
  expect(isVoid(path)).toBe(true)
})
it.each(['/dev/sda', '/dev/nulls', '/x/dev/null', '/dev/fd/', '/dev/fd/x', '/dev/fd/1x', '/dev/pts/x', '/proc/self/fd/x', '/proc/self/fd/', '/x/proc/self/fd/1', '/proc/self/fd/1x', '/dev/tty1'])('%s may', (path) => {
  expect(isVoid(path)).toBe(false)
})

it('words: what follows a name, texts, sources, quotes', () => {
  expect(restOf(knownArg('--a=b'), 4)).toEqual(knownArg('b'))
  expect(restOf(dynamicArg('--a=b$x', { prefix: '--a=b' }), 4)).toEqual(dynamicArg('--a=b$x', { prefix: 'b' }))
  expect(restOf({ ...dynamicArg('if=*', { prefix: 'if=' }), glob: 'if=*' }, 3)).toEqual({ ...dynamicArg('if=*'), glob: '*' })
  expect([textsOf([knownArg('a'), knownArg('b')]), textsOf([knownArg('a'), dynamicArg('$x')]), textsOf([])]).toEqual([['a', 'b'], undefined, []])
  expect(sourceOf([knownArg('a b'), dynamicArg('$x')])).toBe("'a b' $x")
  expect(['a-b', 'a@%+=:,./', '', 'a b', "it's", '$x', 'a\n'].map(quoted)).toEqual(['a-b', 'a@%+=:,./', "''", "'a b'", String.raw`'it'\''s'`, "'$x'", "'a\n'"])
})
