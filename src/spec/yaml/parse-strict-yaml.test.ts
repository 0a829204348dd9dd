import { describe, expect, it } from 'vitest'
import { draw } from '../../../test/support/lane.ts'
import { maxFileBytes } from './decode-text.ts'
import { maxDepth, maxKeys, parseStrictYaml } from './parse-strict-yaml.ts'
import { sourceText } from './source-text.ts'
import { nodeAt, valueOf } from './yaml-node.ts'

const parse = (text: string) => parseStrictYaml(sourceText('f.yaml', text), 'a file')
const read = (text: string) => {
  const { root, problems } = parse(text)
  expect(problems).toEqual([])
  return root === undefined ? undefined : valueOf(root)
}

describe('parseStrictYaml', () => {
  it('reads YAML 1.2: yes, no, on, off and dates are text', () => {
    expect(read('a: yes\nb: no\nc: on\nd: off\ne: 2026-01-01\nf: 1_000\ng: 012\nh: 0o14\ni: True\nj: ~\nk: 1e3')).toEqual({
      a: 'yes', b: 'no', c: 'on', d: 'off', e: '2026-01-01', f: '1_000', g: 12, h: 12, i: true, j: null, k: 1_000,
    })
  })

  it('keeps text as it is written in blocks, folds and quotes', () => {
    expect(read('a: |\n  one\n   two\nb: >-\n  one\n  two\nc: "x\\ty"\nd: \'it\'\'s\'\n')).toEqual({ a: 'one\n two\n', b: 'one two', c: 'x\ty', d: "it's" })
  })

  it('knows where every part stands', () => {
    const text = 'a:\n  - {b: "c"}\n'
    const { root } = parse(text)
    const range = root === undefined ? undefined : nodeAt(root, ['a', 0, 'b'])?.range
    expect(text.slice(...(range ?? [0, 0]))).toBe('"c"')
  })

  it('goes on after an alias, a second key or a merge key, so that all problems come at once', () => {
    const { root, problems } = parse('a: &x 1\nb: *x\na: 2\n<<: {c: 1}\nd: 3\n')
    expect(problems.map(({ line, column }) => [line, column])).toEqual([[1, 4], [2, 4], [3, 1], [4, 1]])
    expect(root === undefined ? undefined : valueOf(root)).toEqual({ a: 1, b: undefined, d: 3 })
  })

  it(`reads ${maxDepth} levels and refuses one more`, () => {
    const nested = (levels: number) => `a: ${'['.repeat(levels)}${']'.repeat(levels)}`
    expect(parse(nested(maxDepth - 1)).problems).toEqual([])
    expect(parse(nested(maxDepth)).problems).toMatchObject([{ code: 'limit', line: 1, column: 3 + maxDepth }])
  })

  it('gives 200 problems and says that there are more', () => {
    const { problems } = parse(Array.from({ length: 300 }, () => 'a: 1').join('\n'))
    expect(problems).toHaveLength(201)
    expect(problems.at(-1)).toMatchObject({ code: 'limit', message: 'there are more problems from here on', line: 202 })
  })
})

/** Inputs that make parsers recurse, copy or rescan. What matters is that they come back at all, with few problems. */
const hostile: readonly (readonly [name: string, unit: string])[] = [
  ['brackets', '['], ['braces', '{a: '], ['dashes', '- '], ['question marks', '? '], ['colons', ': '], ['open lists by line', 'a: [\n'], ['aliases', '*a\n'], ['anchors', '&a '],
  ['tags', '!'], ['documents', '---\n'], ['directives', '%a\n'], ['quotes', '"\n'], ['escapes', '"\\q'], ['commas', '[,'], ['tabs', '\ta: 1\n'], ['comments', '#\n'],
  ['one key again and again', 'a: 1\n'], ['compact maps by line', 'a: b: c\n'], ['stray ends on one line', '} '], ['merge keys', '<<: 1\n'],
]

describe('hostile input of 256 KiB', () => {
  it.each(draw('hostile texts of 256 KiB', hostile, 8))('of %s comes back with a bounded list of placed problems', (_, unit) => {
    const { problems } = parse(unit.repeat(Math.floor(maxFileBytes / unit.length)))
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(201)
    for (const { excerpt, message } of problems) {
      expect(excerpt.length).toBeLessThanOrEqual(122)
      expect(message.length).toBeLessThanOrEqual(400)
    }
  })

  it('of different keys is one problem', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1`).join('\n')
    expect(parse(keys(25_000)).problems).toMatchObject([{ code: 'limit', message: 'a map has at most 1000 keys; this one has 25000' }])
    expect(parse(keys(maxKeys)).problems).toEqual([])
  })
})
