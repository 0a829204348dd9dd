import { expect, it } from 'vitest'
import type { ConversationPart } from '../spec/earlier-conversation.ts'
import { boundConversation, conversationTitle } from './bound-conversation.ts'

const prompt = (text: string): ConversationPart => ({ kind: 'prompt', text })
const message = (text: string): ConversationPart => ({ kind: 'message', text })

it('takes in a record as it is when it is within bounds', () => {
  const record = { parts: [message('a'), prompt('b')], leftOut: 'Something.' }
  expect(boundConversation(record)).toEqual(record)
})

it('keeps the newest of too many parts, from a prompt on, and says what it left out', () => {
  const parts = Array.from({ length: 900 }, (_, turn) => [prompt(`p${turn}`), message(`m${turn}`)]).flat().concat(message('last'))
  const bounded = boundConversation({ parts, leftOut: 'More.' })
  expect([bounded.parts.length, bounded.parts[0]?.kind, bounded.parts.at(-1)]).toEqual([999, 'prompt', message('last')])
  expect(bounded.leftOut).toBe('The oldest 802 of its 1801 parts are not shown. More.')
})

it('keeps within its bytes, and each part within its own', () => {
  const bounded = boundConversation({ parts: Array.from({ length: 100 }, () => [prompt('p'), message('é'.repeat(500_000))]).flat() })
  expect(bounded.parts.length).toBeLessThan(100)
  expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThan(9 * 1024 * 1024)
  expect(bounded.leftOut).toContain('not shown')
})

it('makes of a title one line that hides nothing', () => {
  expect(conversationTitle(' a\n\tb\u001b[31m \u202e ')).toBe('a b␛[31m <U+202E>')
  expect(conversationTitle('x'.repeat(10_000))).toHaveLength(120)
  expect(conversationTitle('\ud800')).toBe('\ufffd')
})
