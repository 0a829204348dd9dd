import { expect, it } from 'vitest'
import { limitText } from './limit-text.ts'

it('leaves text that fits alone', () => {
  expect(limitText('grüße', 7)).toEqual({ text: 'grüße', cut: false })
})

it('keeps both ends of longer text and says how much it was', () => {
  const { text, cut } = limitText(`a${'ü'.repeat(1_000)}z`, 200)
  expect(cut).toBe(true)
  expect(text).toMatch(/^aü+\n… 2002 bytes in all, .*\nü+z$/)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200)
})

it('mends lone surrogates, which no log can hold', () => {
  expect(limitText('a\ud800b', 100).text).toBe('a\ufffdb')
})
