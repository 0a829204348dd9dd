import { expect, it } from 'vitest'
import { cutPoint, isFull, summaryQuestion } from './compaction.ts'
import type { Message } from './conversation.ts'

const by = { dialect: 'chat', model: 'm' } as const
const user = (size: number): Message => ({ role: 'user', text: 'u'.repeat(size) })
const call = (size: number): Message => ({ role: 'assistant', by, parts: [{ type: 'call', call: 'c', tool: 'read', input: 'x'.repeat(size) }] })
const result = (size: number): Message => ({ role: 'tool', results: [{ call: 'c', tool: 'read', output: 'r'.repeat(size), failed: false }] })

it('is full a little before the window is', () => {
  expect([isFull(79_000, 100_000), isFull(81_000, 100_000)]).toEqual([false, true])
  expect([isFull(955_000, 1_000_000), isFull(965_000, 1_000_000)]).toEqual([false, true])
})

it('keeps what is recent, and never parts a call from its result', () => {
  // A window of 1,000 tokens keeps 250, which is 1,000 characters.
  expect(cutPoint([user(400), call(400), result(400), call(400), result(400)], 1_000)).toBe(3)
  expect(cutPoint([user(4_000), user(400)], 1_000)).toBe(1)
})

it('keeps the newest message also when it is larger than all', () => {
  expect(cutPoint([user(40), user(40_000)], 1_000)).toBe(1)
  expect(cutPoint([user(40), call(40), result(40_000)], 1_000)).toBe(1)
  expect(cutPoint([user(40_000)], 1_000)).toBe(0)
})

it('asks with a text that fits', () => {
  expect(summaryQuestion([user(400_000)], 1_000).length).toBeLessThan(4_000)
  expect(summaryQuestion([call(10), result(10)], 1_000)).toContain('(calls read:')
})
