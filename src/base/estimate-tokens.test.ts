import { expect, it } from 'vitest'
import { estimateTokens, tokensOfBytes } from './estimate-tokens.ts'

it('counts bytes, not characters, and rounds up', () => {
  expect([estimateTokens(''), estimateTokens('a'), estimateTokens('abc'), estimateTokens('é'), estimateTokens('价格'), estimateTokens('🚀')]).toEqual([0, 1, 2, 1, 3, 2])
})

it('is the same for a text and for its length', () => {
  expect(tokensOfBytes(Buffer.byteLength('价格'))).toBe(estimateTokens('价格'))
})
