import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readForms, seatbeltOracle, textOf } from '../../../test/support/seatbelt-oracle.ts'
import { anyCase, literal, ruleText, stringText, subpath } from './seatbelt-text.ts'

const anything = fc.string({ unit: 'binary', maxLength: 1_500 }).filter((text) => !text.includes('\0') && text.isWellFormed())
const hostile = fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', '\t', '(', ')', ';', '#', ' ', "'", 'n', 'x', '0', 'é', '日', '😀', '|', '/'), maxLength: 400 })

it('reads back as what it was, whatever stands in it', () => {
  fc.assert(fc.property(fc.oneof(anything, hostile), (text) => {
    const forms = readForms(stringText(text))
    expect(forms.map(textOf)).toEqual([text])
  }))
})

it('leaves no way out of a string', () => {
  const evil = '/a")) (allow file-write* (subpath "/'
  expect(readForms(ruleText({ effect: 'deny', operations: ['file-write*'], filters: [subpath(evil)] }))).toEqual([['deny', 'file-write*', ['subpath', { string: evil }]]])
  expect(stringText('a"b\\c\nd')).toBe('"a\\"b\\\\c\nd"')
})

it('cuts what is longer than the reader takes, and no character', () => {
  expect(stringText('é'.repeat(150))).toBe(`(string-append "${'é'.repeat(100)}" "${'é'.repeat(50)}")`)
})

it.each(['a\0b', 'a\ud800'])('refuses a path that no file can have: %j', (path) => {
  expect(() => stringText(path)).toThrow(expect.objectContaining({ code: 'unavailable' }))
})

it('leaves out a rule that was made for no path: it would be for all', () => {
  expect(ruleText({ effect: 'allow', operations: ['file-read*'], filters: [] })).toBe('')
})

it('knows a name in any case, as text and not as a pattern', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'B', '.', '*', '[', ']', '(', ')', '\\', '^', '$', '+', '?', '{', '}', '|', '"', '\n', 'é', '1'), minLength: 1, maxLength: 20 })
  fc.assert(fc.property(name, name, (one, other) => {
    const may = seatbeltOracle(ruleText({ effect: 'allow', operations: ['file-read*'], filters: [anyCase(`/x/${one}`)] }))
    for (const path of [`/x/${one}`, `/X/${one.toUpperCase().replaceAll('É', 'é')}`, `/x/${one}/below`]) expect(may('file-read-data', path)).toBe(true)
    const isSame = `${other}/`.toLowerCase().startsWith(`${one}/`.toLowerCase())
    expect(may('file-read-data', `/x/${other}`)).toBe(isSame)
    expect(may('file-read-data', `/y/x/${one}`)).toBe(false)
  }))
  expect(literal('/a')).toBe('(literal "/a")')
})
