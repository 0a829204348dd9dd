import { describe, expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

const text = 'alias x := b\nset dotenv-load\nv := "1"\n\n@a p="1":\n  @one {{v}}\n\n[private]\nb p: a && (c "y")\n  two \\\n    more\n  -three\n\nc:\n  #!/usr/bin/env bash\n  four\n  five\n\nd:\n  #!/usr/bin/env python3\n  import os\n'
const commands = (line: string, files: Readonly<Record<string, string>> = { justfile: text }) => readLine({ line, files }).actions.flatMap((action) => (action.kind === 'exec' ? [(action.argv ?? [...action.prefix ?? [], '…']).join(' ')] : [])).slice(1)
const doubts = (line: string, files: Readonly<Record<string, string>> = { justfile: text }) => reasonsOf(readLine({ line, files }))

describe('recipes', () => {
  it.each([
    ['just', ['one …']], ['just a', ['one …']], ['just b 1', ['two more', 'three', 'one …', 'four', 'five']], ['just x 1', ['two more', 'three', 'one …', 'four', 'five']], ['just c', ['four', 'five']], ['just d', []], ['just a c', ['one …', 'four', 'five']], ['just a other', ['one …']],
    ['just --list', []], ['just -l', []], ['just --summary', []], ['just -n b 1', []], ['just --dry-run b', []], ['just --show b', []],
  ])('%s', (line, expected) => {
    expect(commands(line)).toEqual(expected)
    expect(doubts(line)).toEqual([])
  })
  it('are those of the nearest justfile, in its folder', () => {
    const { actions } = readLine({ line: 'cd src/lib && just c', files: { 'src/.justfile': text } })
    expect(actions.at(-1)).toMatchObject({ argv: ['five'], cwd: '/work/app/src' })
    expect(commands('just -f other c', { other: text })).toEqual(['four', 'five'])
    expect(commands('just c', { Justfile: text })).toEqual(['four', 'five'])
    expect(commands('just c', { '../justfile': text })).toEqual(['four', 'five'])
  })
  it.each(['just nothing', 'just "$x"', 'just -f "$x" a', 'just --choose', 'just --set v 2 a', 'just --shell x a', 'just -c ls', 'cd "$x"; just a'])('%s is doubted', (line) => {
    expect(doubts(line)).not.toEqual([])
  })
  it.each([['set shell := ["python3", "-c"]'], ['import "x"'], ['mod x'], ['!include x'], ['v := `ls`']])('of a file with %s are doubted', (line) => {
    expect(doubts('just a', { justfile: `${line}\na:\n  one\n` })).not.toEqual([])
  })
  it.each([['set shell := ["bash", "-c"]'], ['set shell := ["zsh", "-cu"]'], ['# `ls`'], ['[linux]'], ['export V := "1"']])('of a file with %s are not', (line) => {
    expect(doubts('just a', { justfile: `${line}\na:\n  one\n` })).toEqual([])
  })
})
