import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makePlaceholder } from './placeholder.ts'
import { createSecretBox } from './secret-box.ts'
import { createScrubber } from './scrub-stream.ts'

describe('a placeholder', () => {
  it.each(['ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'sk-ant-oat01-AbCdEf_GhIjKl-0123456789', 'glpat-abcdefghij0123456789', 'eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl', '0123456789', 'AAAAAAAAAAAA'])('looks like %s and is not', (value) => {
    const made = makePlaceholder(value)
    expect(made).toHaveLength(value.length)
    expect(made).not.toBe(value)
    expect(made.replaceAll(/[a-z]/g, 'a').replaceAll(/[A-Z]/g, 'A').replaceAll(/\d/g, '0')).toBe(value.replaceAll(/[a-z]/g, 'a').replaceAll(/[A-Z]/g, 'A').replaceAll(/\d/g, '0'))
  })

  it('keeps what every key of a vendor begins with, and a third at most', () => {
    expect(makePlaceholder('ghp_abcdefghijklmnopqrstuvwxyz0123456789')).toMatch(/^ghp_omni/)
    expect(makePlaceholder('sk-ant-oat01-AbCdEfGhIjKl0123456789abcdefghij')).toMatch(/^sk-ant-oat01-OmNi/)
    expect(makePlaceholder('pass-word-one').startsWith('pass-')).toBe(false)
  })

  it.each(['short', 'a b c d e f g', 'two\nlines-of-it', 'ümlaut-secret'])('is made for no secret like %j', (value) => {
    expect(() => makePlaceholder(value)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

describe('a scrubbed stream', () => {
  const needles = [['SECRETSECRET', 'placeholder1'], ['SECS', 'plac'], ['aab', 'xyz']].map(([find = '', put = '']) => ({ find: Buffer.from(find), put: Buffer.from(put) }))

  it('is the same however it is cut', () => {
    const piece = fc.constantFrom('SECRETSECRET', 'SECRET', 'SEC', 'S', 'SECS', 'a', 'aab', 'x', '\n')
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(6), { maxLength: 40 }), (pieces, sizes) => {
      const text = Buffer.from(pieces.join(''))
      const scrubber = createScrubber(needles)
      const out: Buffer[] = []
      let at = 0
      for (const size of sizes) {
        out.push(Buffer.from(scrubber.push(text.subarray(at, at + size))))
        at = Math.min(text.length, at + size)
      }
      out.push(Buffer.from(scrubber.push(text.subarray(at))), scrubber.end())
      const got = Buffer.concat(out).toString()
      expect(got).toHaveLength(text.length)
      for (const { find } of needles) expect(got).not.toContain(find.toString())
    }), { numRuns: 3_000 })
  })

  it('holds nothing back that cannot become a secret', () => {
    const scrubber = createScrubber(needles)
    expect(String(scrubber.push(Buffer.from('data: x\n\n')))).toBe('data: x\n\n')
    expect(String(scrubber.push(Buffer.from('data: SEC')))).toBe('data: ')
    expect(String(scrubber.push(Buffer.from('!\n')))).toBe('SEC!\n')
  })

  it('leaves the chunk of the sender alone', () => {
    const chunk = Buffer.from('SECRETSECRET')
    createScrubber(needles).push(chunk)
    expect(String(chunk)).toBe('SECRETSECRET')
  })
})

it('refuses secrets whose placeholder would give them away or shift an answer', () => {
  const box = (value: string, placeholder: string) => () => createSecretBox([{ name: 'k', value, placeholder, hosts: [] }], { placeholderHosts: true })
  for (const wrong of [box('0123456789', '0123456789'), box('0123456789', '012345678'), box('1234567', '7654321')]) expect(wrong).toThrow(expect.objectContaining({ code: 'invalid' }))
})
