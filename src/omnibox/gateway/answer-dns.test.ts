import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerDns } from './answer-dns.ts'

const query = (rest: Buffer, flags = 0x0100, questions = 1): Buffer => Buffer.concat([Buffer.from([0, 7, flags >> 8, flags & 255, 0, questions, 0, 0, 0, 0, 0, 0]), rest])
const name = Buffer.from('\u0001a\u0004test\u0000\u0000\u0001\u0000\u0001', 'latin1')
const codeOf = (answer: Buffer | undefined) => (answer === undefined ? undefined : answer.readUInt16BE(2) & 15)

it('answers questions and nothing else', () => {
  expect(codeOf(answerDns(query(name), '198.18.0.1', (asked) => asked === 'a.test'))).toBe(0)
  expect(codeOf(answerDns(query(name), '198.18.0.1', () => false))).toBe(3)
  expect(answerDns(query(name, 0x8100), '198.18.0.1', () => true)).toBeUndefined()
  expect(codeOf(answerDns(query(name, 0x2800), '198.18.0.1', () => true))).toBe(4)
  expect(codeOf(answerDns(query(name, 0x0100, 2), '198.18.0.1', () => true))).toBe(1)
  expect(codeOf(answerDns(query(Buffer.from([0xc0, 12, 0, 1, 0, 1])), '198.18.0.1', () => true))).toBe(1)
  expect(codeOf(answerDns(query(name.subarray(0, -1)), '198.18.0.1', () => true))).toBe(1)
})

it('never breaks on a datagram', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void answerDns(Buffer.from(bytes), '198.18.0.1', () => true)))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void answerDns(query(Buffer.from(bytes)), '198.18.0.1', () => true)))
})
