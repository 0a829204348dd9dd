import { expect, it } from 'vitest'
import { visibleText } from './visible-text.ts'

it.each([
  ['plain words, größe, 日本語 and 🚀', 'plain words, größe, 日本語 and 🚀'],
  ['a\u001b[2Jb\u0000\r', String.raw`a\u{1B}[2Jb\u{0}\u{D}`],
  ['rm \u202e txt.exe\u2066', String.raw`rm \u{202E} txt.exe\u{2066}`],
  ['zero\u200bwidth\ufeff and a\u00adb', String.raw`zero\u{200B}width\u{FEFF} and a\u{AD}b`],
  ['tag \u{e0041} private \ue000 lone \ud800', String.raw`tag \u{E0041} private \u{E000} lone ` + '\ufffd'],
  ['no\u00a0break\u3000wide\u2028line', String.raw`no\u{A0}break\u{3000}wide\u{2028}line`],
  ['one\ntwo\tthree', String.raw`one⏎two\u{9}three`],
  [`ok${' '.repeat(500)}; evil`.slice(0, 300), `ok [298 spaces] `],
])('shows every character of %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown)
})

it('keeps both ends of what is long, and says how long it is', () => {
  expect(visibleText(`start${'x'.repeat(1_000)}end`, 40)).toMatch(/^startx+ … \[1008 characters in all\] … x+end$/)
})
