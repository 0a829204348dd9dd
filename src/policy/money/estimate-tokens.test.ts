import { expect, it } from 'vitest'
import { estimateTokens } from './estimate-tokens.ts'

it('counts bytes, not characters, and rounds up', () => {
  expect([estimateTokens(''), estimateTokens('a'), estimateTokens('abc'), estimateTokens('é'), estimateTokens('价格'), estimateTokens('🚀')]).toEqual([0, 1, 2, 1, 3, 2])
})
