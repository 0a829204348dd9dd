import { describe, expect, it } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

const keys = ['name', 'prompt', 'harness', 'tools', 'sub_agents', 'env']

describe('didYouMean', () => {
  it.each([
    ['harnes', 'harness'], ['harnses', 'harness'], ['toosl', 'tools'], ['Name', 'name'], ['subAgents', 'sub_agents'], ['sub-agents', 'sub_agents'], ['nv', 'env'], ['promt', 'prompt'],
  ])('takes %s for %s', (word, meant) => {
    expect(didYouMean(word, keys)).toBe(meant)
  })

  it.each(['zzz', 'x', '', 'environment', 'n'.repeat(10_000)])('takes %s for nothing', (word) => {
    expect(didYouMean(word, keys)).toBeUndefined()
  })

  it('knows the words of other tools, if the word they stand for fits', () => {
    expect(didYouMean('systemPrompt', keys, { system_prompt: 'prompt' })).toBe('prompt')
    expect(didYouMean('system_prompt', ['model'], { system_prompt: 'prompt' })).toBeUndefined()
  })

  it('is not confused by names that objects inherit', () => {
    expect(didYouMean('constructor', keys, {})).toBeUndefined()
    expect(didYouMean('__proto__', keys, {})).toBeUndefined()
  })
})
