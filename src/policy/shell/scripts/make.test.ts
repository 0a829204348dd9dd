import { expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const argvs = (line: string, files: Readonly<Record<string, string>>) => readLine({ line, files }).actions.flatMap((action) => (action.kind === 'exec' ? [(action.argv ?? [...action.prefix ?? [], '…']).join(' ')] : [])).slice(1)
const makefile = (text: string) => ({ Makefile: text })

it.each([
  ['the first target, after what it needs', 'make', '.PHONY: all\nall: a b\n\tall\na:\n\ta\nb: a\n\tb\nother:\n\tother\n', ['a', 'b', 'all']],
  ['variables of the file and of the line', 'make x V=line', 'V = file\nW = $(V)!\nx:\n\ttool $(V) ${W} $$HOME\n', ['tool line line! /home/me']],
  ['automatic variables', 'make x', 'x: a.c b.c\n\tcc -o $@ $< $^\na.c b.c:\n', ['cc -o x a.c a.c b.c']],
  ['what only make knows as unknown', 'make x', 'x:\n\ttool $(wildcard *.c)\n', ['tool …']],
  ['shell calls', 'make x', 'V := $(shell probe 1)\nx:\n\ttool $(shell probe 2)\n', ['probe 1', 'probe 2', 'tool …']],
  ['recipes in its folder', 'make -C sub', 'x:\n\ttrue\n', []],
] as const)('reads %s', (_, line, text, expected) => {
  expect(argvs(line, line.includes('-C') ? {} : makefile(text))).toEqual(expected)
})

it.each([
  ['make', {}], ['make "$x"', makefile('a:\n\tls\n')], ['make b', makefile('a:\n\tls\n')], ['make', makefile('include x.mk\na:\n\tls\n')], ['make', makefile('a:\n\t$(TOOL) x\n')], ['make --eval="$x"', makefile('a:\n\tls\n')], ['make SHELL=./x', makefile('a:\n\tls\n')], ['make', makefile('ifdef X\nT = a\nelse\nT = b\nendif\na:\n\t$(T)\n')],
  ['just', {}], ['just x', { justfile: 'a:\n    ls\n' }], ['just', { justfile: 'a:\n    {{tool}} x\n' }], ['just', { justfile: 'import "x"\na:\n    ls\n' }],
  ['npm run x', {}], ['npm run x', { 'package.json': '{' }], ['npm run x', { 'package.json': '{"scripts": {}}' }], ['npm run "$x"', { 'package.json': '{"scripts": {}}' }], ['npm test --workspaces', { 'package.json': '{"scripts": {"test": "ls"}}' }], ['./x.sh', {}], ['bash x.sh', {}], ['. ./x', {}],
] as const)('doubts %s with %j', (line, files) => {
  expect(reasonsOf(readLine({ line, files }))).not.toEqual([])
})

it('reads scripts of packages with those around them, in their folder, with the arguments', () => {
  const files = { 'package.json': '{"scripts": {"preb": "one", "b": "two x", "postb": "three"}}' }
  expect(argvs('cd src && npm run b -- "y z"', files).slice(1)).toEqual(['one', 'two x y z', 'three'])
  expect(argvs('yarn b y', files)).toEqual(['one', 'two x y', 'three'])
  expect(argvs('pnpm tool y', files)).toEqual(['tool y'])
  expect(readLine({ line: 'cd src && npm run b', files }).actions.at(-1)).toMatchObject({ cwd: '/work/app' })
})

it('reads recipes of a justfile, with those they name', () => {
  expect(argvs('just b', { justfile: '# text\nv := "1"\na:\n  @one {{v}}\n\nb x="1": a\n  two \\\n    three\n' })).toEqual(['two three', 'one …'])
})

it('leaves programs in other languages alone', () => {
  expect(reasonsOf(readLine({ line: './x.py a', files: { 'x.py': '#!/usr/bin/env python3\nimport os\n' } }))).toEqual([])
})
