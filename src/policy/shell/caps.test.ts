import { expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../test/policy/read-line.ts'

const repeat = (text: string, count: number) => text.repeat(count)

/** Each is refused with a reason, or read to its end; none throws or takes long. */
const hostile: Readonly<Record<string, string>> = {
  'a NUL': 'ls \0 x',
  'too long': `echo ${repeat('a', 70_000)}`,
  'many commands': repeat('ls;', 5_000),
  'nested substitutions': `echo ${repeat('$(', 2_000)}x${repeat(')', 2_000)}`,
  'nested loops over words': `${repeat('for i in 1 2 3 4 5 6 7 8; do ', 12)}x $i${repeat('; done', 12)}`,
  'functions that call each other twice': `${Array.from({ length: 20 }, (_, index) => `f${index}() { f${index + 1} $1a; f${index + 1} $1b; }`).join('; ')}; f0 x`,
  'a function that never ends': 'f() { f $1a; }; f x',
  'a long text written often': `x='${repeat('a ', 20_000)}'; ${repeat('echo $x;', 100)}`,
  'eval of eval': `${repeat('eval ', 3_000)}x`,
  'an open quote': 'echo "abc',
  'an open loop': 'while true; do git push',
}

it.each(Object.entries(hostile))('says why it does not read %s', (_, line) => {
  expect(reasonsOf(readLine({ line }))).not.toEqual([])
})

it('reads a doubling value without growing', () => {
  expect(readLine({ line: `x=aaaaaaaaaa; ${repeat('x=$x$x;', 60)} echo "$x"` }).actions).toMatchObject([{ kind: 'exec', prefix: ['echo'] }])
})

it('never throws, and adds nothing on the text of braces', () => {
  expect(readLine({ line: `echo ${repeat('{a,b}', 40)}` }).actions).toHaveLength(1)
})

it('ends for scripts that call themselves', () => {
  expect(reasonsOf(readLine({ line: './x.sh', files: { 'x.sh': '#!/bin/sh\n./x.sh; ./x.sh\n' } }))).not.toEqual([])
  expect(reasonsOf(readLine({ line: 'make', files: { Makefile: 'all:\n\t$(MAKE)\n' } }))).not.toEqual([])
  expect(reasonsOf(readLine({ line: 'npm test', files: { 'package.json': '{"scripts": {"test": "npm test && npm test"}}' } }))).not.toEqual([])
  expect(reasonsOf(readLine({ line: 'git a', gitConfig: { 'alias.a': 'b', 'alias.b': 'a' } }))).not.toEqual([])
})
