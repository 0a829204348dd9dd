import { describe, expect, it } from 'vitest'
import { placeAt, sourceText } from './source-text.ts'

describe('placeAt', () => {
  it('counts lines and columns from 1', () => {
    const source = sourceText('f', 'ab\ncd\n')
    expect(placeAt(source, 0)).toMatchObject({ line: 1, column: 1, excerpt: 'ab' })
    expect(placeAt(source, 4)).toMatchObject({ line: 2, column: 2, excerpt: 'cd', caret: 1 })
    expect(placeAt(source, 6)).toMatchObject({ line: 3, column: 1, excerpt: '' })
  })

  it('counts UTF-16 units: é one, an emoji two, a tab one', () => {
    const source = sourceText('f', 'é🦙\tx')
    expect(placeAt(source, source.text.indexOf('x'))).toMatchObject({ column: 5, caret: 4, excerpt: 'é🦙→x' })
  })

  it('takes a CR before the line end as part of it', () => {
    const source = sourceText('f', 'one\r\ntwo\r\n')
    expect(placeAt(source, 5)).toMatchObject({ line: 2, column: 1, excerpt: 'two' })
    expect(placeAt(source, 3)).toMatchObject({ line: 1, column: 4, excerpt: 'one' })
  })

  it('underlines no further than the end of the line', () => {
    expect(placeAt(sourceText('f', 'abc\ndef'), 1, 6)).toMatchObject({ length: 2 })
    expect(placeAt(sourceText('f', 'abc'), 3, 3)).toMatchObject({ column: 4, length: 1 })
  })

  it('moves offsets outside the text into it', () => {
    expect(placeAt(sourceText('f', 'abc'), 99)).toMatchObject({ line: 1, column: 4 })
    expect(placeAt(sourceText('f', ''), -1)).toMatchObject({ line: 1, column: 1 })
  })

  it('cuts a long line around the column and keeps the caret on it', () => {
    const place = placeAt(sourceText('f', `${'a'.repeat(500)}X${'b'.repeat(500)}`), 500)
    expect(place).toMatchObject({ column: 501 })
    expect(place.excerpt.length).toBeLessThanOrEqual(122)
    expect(place.excerpt[place.caret]).toBe('X')
  })

  it('shows control characters and halves of pairs one for one', () => {
    const { excerpt } = placeAt(sourceText('f', 'a\u001bb\u202ec\ud800d'), 0)
    expect(excerpt).toBe('a␛b\ufffdc\ufffdd')
  })
})
