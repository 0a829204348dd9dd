import { describe, expect, it } from 'vitest'
import { pushes, readLine, reasonsOf } from '../../../../test/policy/read-line.ts'
import { balanced, parseMakefile } from './makefile.ts'

const make = (text: string, line = 'make') => readLine({ line, files: { Makefile: text } })
const commands = (text: string, line = 'make') => make(text, line).actions.flatMap((action) => (action.kind === 'exec' ? [(action.argv ?? [...action.prefix ?? [], '…']).join(' ')] : [])).slice(1)

describe('rules of a makefile', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['with the recipe in the line', 'a: b; one\n\ttwo\nb: ; zero', 'make', ['zero', 'one', 'two']], ['of several targets', 'a b:\n\tx $@\n', 'make b', ['x b']], ['with two colons', 'a:: \n\tone\na::\n\ttwo\n', 'make', ['one', 'two']], ['with prerequisites in several places', 'a: b\na: c\n\tx\nb:\n\ty\nc:\n\tz\n', 'make', ['y', 'z', 'x']], ['with order-only prerequisites', 'a: b | c\n\tx\nb:\n\ty\nc:\n\tz\n', 'make', ['y', 'z', 'x']],
    ['behind special targets and patterns', '.PHONY: a\n.SUFFIXES:\n%.o: %.c\n\tcc\na:\n\tx\n', 'make', ['x']], ['with marks before the line', 'a:\n\t@-+ x\n', 'make', ['x']], ['with comments', '# b:\na: # c\n\tx\n', 'make', ['x']], ['with lines that go on', 'a: b \\\n  c\n\tx \\\n\ty\nb:\n\tz\nc:\n\tw\n', 'make', ['z', 'w', 'x y']], ['by variables', 'N = b\na: $(N)\n\tx\nb:\n\ty\n', 'make', ['y', 'x']], ['of every target that is asked for', 'a:\n\tx\nb:\n\ty\nc:\n\tz\n', 'make c a', ['z', 'x']],
    ['in both branches of a condition', 'ifdef X\na:\n\tone\nelse\nb:\n\ttwo\nendif\n', 'make b', ['two']], ['with what make calls itself', 'a:\n\t$(MAKE) b\nb:\n\tx\n', 'make', ['make b', 'x']],
  ])('%s', (_, text, line, expected) => {
    expect(commands(text, line)).toEqual(expected)
    expect(reasonsOf(make(text, line))).toEqual([])
  })
  it('start with the one that the makefile names as its goal', () => {
    expect(pushes(make('.DEFAULT_GOAL := b\na:\n\tls\nb:\n\tgit push\n'))).toHaveLength(1)
    expect(pushes(make('.DEFAULT_GOAL := b\na:\n\tls\nb:\n\tgit push\n', 'make a'))).toHaveLength(0)
    expect(reasonsOf(make('.DEFAULT_GOAL := $(shell x)\na:\n\tls\n'))).not.toEqual([])
    expect(reasonsOf(make('.DEFAULT_GOAL := $(X)\na:\n\tls\n'))).not.toEqual([])
  })
  it.each([
    ['a variable of its own', 'T = echo\na: T = git\na:\n\t$(T) push\n'], ['an exported variable of its own', 'T = echo\na: export T := git\na:\n\t$(T) push\n'], ['another mark of recipes', '.RECIPEPREFIX = >\na:\n> git push\n'], ['included files', '-include x\na:\n\tls\n'], ['text that is defined', 'define X\nendef\na:\n\tls\n'], ['another shell', 'SHELL = ./x\na:\n\tls\n'], ['a line too long', `a: ${'b '.repeat(3_000)}\n\tls\n`], ['needs only known at run time', 'a: $(X)\n\tls\n'],
  ])('are doubted with %s', (_, text) => {
    expect(reasonsOf(make(text))).not.toEqual([])
  })
  it.each(['SHELL = /bin/bash', 'SHELL := sh', 'SHELL = /usr/bin/env bash', 'export X = 1', 'override X = 1', 'unexport X', 'vpath %.c src'])('are not with %s', (line) => {
    expect(reasonsOf(make(`${line}\na:\n\tls\n`))).toEqual([])
  })
})

describe('variables of a makefile', () => {
  it('are known where one plain line sets them', () => {
    const { variables } = parseMakefile('A = 1\nB := 2\nC ?= 3\nD += 4\nE != ls\nF = $(shell x)\nG = 1\nG = 2\nH = ${call x}\n  I=5\n')
    expect(Object.fromEntries(variables)).toEqual({ A: '1', B: '2', C: '3', D: undefined, E: undefined, F: undefined, G: undefined, H: undefined, I: '5' })
  })
  it('may run lines while it is read', () => {
    expect(parseMakefile('A != one\nB := $(shell two $(X))${shell three}\n').shells).toEqual(['one', 'two $(X)', 'three'])
  })
})

it('finds the bracket that closes another', () => {
  expect([balanced('a(b)c)d', 0), balanced('a{b}c}d', 0), balanced('abc', 1), balanced(')', 0)]).toEqual(['a(b)c', 'a{b}c', 'bc', ''])
})
