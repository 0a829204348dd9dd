import { describe, expect, it } from 'vitest'
import { formatProblems } from './format-problems.ts'
import { problemAt } from './problem.ts'
import { placeAt, placeOfFile, sourceText } from './source-text.ts'

const source = sourceText('agents/polly.yaml', 'name: polly\nharnes: omni\nlimits: {漢字🦙: 1}\n')
const problem = problemAt(placeAt(source, 12, 18), 'unknown-key', 'unknown key "harnes"', 'did you mean "harness"?')

describe('formatProblems', () => {
  it('shows place, message, the line, a caret and the hint', () => {
    expect(formatProblems([problem], { color: false })).toBe([
      'agents/polly.yaml:2:1: error: unknown key "harnes"',
      '  2 | harnes: omni',
      '    | ^^^^^^ did you mean "harness"?',
      '',
    ].join('\n'))
  })

  it('puts the caret under wide characters', () => {
    const text = formatProblems([problemAt(placeAt(source, 34, 38), 'unknown-key', 'unknown key')], { color: false })
    expect(text.split('\n').slice(1, 3)).toEqual(['  3 | limits: {漢字🦙: 1}', '    |          ^^^^^^'])
  })

  it('says warning where it is one, and colours only when asked', () => {
    expect(formatProblems([problem], { color: false, severity: 'warning' })).toContain('warning: unknown')
    expect(formatProblems([problem], { color: true })).toContain('\u001b[31merror:\u001b[0m')
    expect(formatProblems([problem], { color: false })).not.toContain('\u001b')
  })

  it('lets no file name, key or line speak to the terminal', () => {
    const evil = sourceText('a\u001b[2J\n.yaml', 'k\u001b]0;x\u0007: \u202e1')
    const text = formatProblems([problemAt(placeAt(evil, 0, 3), 'syntax', 'bad \u009b31m key\nfake:1:1: error', 'try \u001b[0m')], { color: false })
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text.trimEnd().split('\n')).toHaveLength(3)
  })

  it('shows no empty line for a file that was not read', () => {
    expect(formatProblems([problemAt(placeOfFile('x.yaml'), 'reference', 'there is no file "x.yaml"', 'look again')], { color: false }))
      .toBe('x.yaml:1:1: error: there is no file "x.yaml"\n  look again\n')
  })
})
