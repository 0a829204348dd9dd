import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText, maxFileBytes } from './decode-text.ts'

const bytes = (...values: number[]) => new Uint8Array(values)

describe('decodeText', () => {
  it('reads clean UTF-8, and U+FFFD where it is really written', () => {
    expect(decodeText('f', new TextEncoder().encode('né\ufffd🦙\t\r\n')).source?.text).toBe('né\ufffd🦙\t\r\n')
  })

  it('names the first broken byte and its place', () => {
    const [problem] = decodeText('f', bytes(0xef, 0xbf, 0xbd, 0x0a, 0x61, 0xff)).problems
    expect(problem).toMatchObject({ code: 'encoding', line: 2, column: 2, message: 'byte 0xFF is not valid UTF-8' })
  })

  it('refuses more than 256 KiB without reading it', () => {
    expect(decodeText('f', new Uint8Array(maxFileBytes + 1)).problems).toMatchObject([{ code: 'limit', line: 1, column: 1 }])
    expect(decodeText('f', 'é'.repeat(maxFileBytes / 2 + 1)).problems).toMatchObject([{ code: 'limit' }])
    expect(decodeText('f', 'a'.repeat(maxFileBytes)).problems).toEqual([])
  })

  it('gives at most twenty problems for one binary file', () => {
    expect(decodeText('f', new Uint8Array(1_000)).problems).toHaveLength(20)
  })

  it('accepts exactly what is valid UTF-8', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), (content) => {
      const isBroken = decodeText('f', content).problems.some(({ message }) => message.includes('UTF-'))
      const isValid = (() => {
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(content)
          return true
        } catch (error) {
          if (error instanceof TypeError) return false
          throw error
        }
      })()
      const isUtf16 = (content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff)
      expect(isBroken).toBe(!isValid || isUtf16)
    }), { numRuns: 2_000 })
  })
})
