import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineDiff } from './line-diff.ts'

const signs = { same: ' ', added: '+', removed: '-', skipped: '…' } as const
const draw = (before: string, after: string) => lineDiff(before, after).map((line) => `${signs[line.type]}${line.text}`)

it('shows what changed with three lines around it', () => {
  const before = ['1', '2', '3', '4', '5', 'old', '6', '7', '8', '9'].join('\n')
  expect(draw(before, before.replace('old', 'new'))).toEqual(['…2 unchanged', ' 3', ' 4', ' 5', '-old', '+new', ' 6', ' 7', ' 8', '…1 unchanged'])
})

it('shows a new file as added and an emptied one as removed', () => {
  expect(draw('', 'a\nb\n')).toEqual(['+a', '+b'])
  expect(draw('a\n', '')).toEqual(['-a'])
})

it('is a diff: without the added lines it is the old text, without the removed ones the new', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((lines) => lines.join('\n'))
  fc.assert(fc.property(text, text, (before, after) => {
    const lines = lineDiff(before, after)
    fc.pre(lines.every((line) => line.type !== 'skipped'))
    const side = (left: 'added' | 'removed') => lines.filter((line) => line.type !== left).map((line) => line.text).join('\n')
    expect([side('added'), side('removed')]).toEqual([before, after])
  }))
})

it('ends in time on large files that share nothing', () => {
  const many = (word: string) => Array.from({ length: 3_000 }, (_, index) => `${word}${index}`).join('\n')
  expect(lineDiff(many('a'), many('b'))).toHaveLength(6_000)
})
