import { expect, it } from 'vitest'
import { printable } from './printable.ts'

it('keeps ordinary text, new lines and tabs', () => {
  expect(printable('ls -la\n\tnaïve 🐙 漢字')).toBe('ls -la\n\tnaïve 🐙 漢字')
})

it('shows escape sequences instead of obeying them', () => {
  expect(printable('\u001b[2Jgone\u0007')).toBe('␛[2Jgone␇')
})

it('shows bidirectional controls', () => {
  expect(printable('safe\u202etxt.exe')).toBe('safe<U+202E>txt.exe')
})

it('drops carriage returns, which would overwrite a line', () => {
  expect(printable('rm -rf /\rls      ')).toBe('rm -rf /ls      ')
})
