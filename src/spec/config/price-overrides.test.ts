import { expect, it } from 'vitest'
import { loadServerConfig } from './load-config.ts'
import { overridingPrices } from './price-overrides.ts'

const load = (content: string) => loadServerConfig({ path: 'server.yaml', content })

it('reads dollars per million tokens as exact micro-dollars', () => {
  const result = load('prices:\n  Azure/my-deployment: {input: 2.5, output: 0.1}\n  vllm/*: {input: 0, output: 0}\n  m-1: {input: 0.000001, output: 1.1, cache_read: 0.07, cache_write: 3.125, reasoning: 4}\n')
  expect(result.ok && overridingPrices(result.config.prices)).toEqual({
    'azure/my-deployment': { input: 2_500_000, output: 100_000 }, 'vllm/*': { input: 0, output: 0 },
    'm-1': { input: 1, output: 1_100_000, cacheRead: 70_000, cacheWrite: 3_125_000, reasoning: 4_000_000 },
  })
})

it('names every problem with its place', () => {
  const result = load('prices:\n  m: {input: -1, output: x, cached_input: 1}\n  "a b": {input: 1, output: 1}\n  n: {input: 0.0000001}\n  "*": {input: 1, output: 1}\n')
  expect(result.ok ? [] : result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`)).toEqual([
    '2:14 prices.m.input must be at least 0',
    '2:26 prices.m.output must be a number, not text',
    '2:29 unknown key "cached_input" in prices.m | did you mean "cache_read"?',
    '3:3 the key "a b" in prices must be a model, or the beginning of model names with * behind it',
    '4:6 prices.n needs "output"',
    '4:14 prices.n.input must have at most six digits after the point',
    '5:3 the key "*" in prices must be a model, or the beginning of model names with * behind it',
  ])
})
