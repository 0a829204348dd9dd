import { describe, expect, it } from 'vitest'
import { createLineSplitter, LineTooLongError, readLines } from './line-splitter.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')

describe('createLineSplitter', () => {
  it('splits at LF only', () => {
    const splitter = createLineSplitter(1_000)
    expect(splitter.push(bytes('a\r\nb\u2028c\n\nd'))).toEqual(['a\r', 'b\u2028c', ''])
    expect(splitter.end()).toBe('d')
    expect(splitter.end()).toBeUndefined()
  })

  it('puts characters together that were cut between bytes', () => {
    const splitter = createLineSplitter(1_000)
    const lines = [...bytes('grüße 👋\nx\n')].flatMap((byte) => splitter.push(Uint8Array.of(byte)))
    expect(lines).toEqual(['grüße 👋', 'x'])
  })

  it('keeps what it holds when the caller reuses its buffer', () => {
    const splitter = createLineSplitter(1_000)
    const chunk = bytes('abc')
    splitter.push(chunk)
    chunk.fill(0x7a)
    expect(splitter.push(bytes('\n'))).toEqual(['abc'])
  })

  it('replaces invalid bytes', () => {
    expect(createLineSplitter(10).push(Uint8Array.of(0xff, 0x61, 0x0a))).toEqual(['\ufffda'])
  })

  it('takes a line of exactly the limit and refuses one byte more, then everything', () => {
    const splitter = createLineSplitter(4)
    expect(splitter.push(bytes('abcd\n'))).toEqual(['abcd'])
    expect(() => splitter.push(bytes('abcde'))).toThrow(LineTooLongError)
    expect(() => splitter.push(bytes('\n'))).toThrow(LineTooLongError)
    expect(splitter.end()).toBeUndefined()
  })
})

describe('readLines', () => {
  it('reads a stream to its unfinished last line', async () => {
    async function* stream() {
      yield bytes('one\ntw')
      yield bytes('o\nthree')
    }
    const lines: string[] = []
    for await (const line of readLines(stream(), 100)) lines.push(line)
    expect(lines).toEqual(['one', 'two', 'three'])
  })
})
