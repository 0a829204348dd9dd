import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { providerRows } from './catalogue.ts'
import { shippedPriceTable } from './price-table.ts'

const { models } = shippedPriceTable

it('holds whole micro-dollars only, and no price but Ollama’s is 0', () => {
  for (const [name, { tiers = [], ...rates }] of Object.entries(models)) {
    for (const { above: _above, ...each } of [{ above: 0, ...rates }, ...tiers]) {
      for (const rate of Object.values(each)) expect([name, Number.isSafeInteger(rate) && (rate > 0 || name === 'ollama/*')]).toEqual([name, true])
    }
    expect(tiers.map(({ above }) => above)).toEqual(tiers.map(({ above }) => above).toSorted((left, right) => left - right))
  }
})

it('has every name in lower case, as it is looked up', () => {
  expect(Object.keys(models).filter((name) => name !== name.toLowerCase())).toEqual([])
})

it('says the day that it is of, and so do the docs', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/costs.md'), 'utf8')).toContain(`version **${shippedPriceTable.version}**`)
  expect(new Date(shippedPriceTable.version).toISOString().slice(0, 10)).toBe(shippedPriceTable.version)
})

it.each([
  ['claude-sonnet-5', { input: 2_000_000, output: 10_000_000, cacheRead: 200_000, cacheWrite: 2_500_000, cacheWrite1h: 4_000_000 }],
  ['anthropic/claude-opus-4-5', { input: 5_000_000, output: 25_000_000 }],
  ['openrouter/anthropic/claude-sonnet-4.5', { input: 3_000_000, tiers: [{ above: 200_000, input: 6_000_000 }] }],
  ['anthropic/claude-3.5-haiku', { input: 800_000 }],
  ['gpt-6.1-sol', { input: 2_000_000, cacheRead: 100_000, cacheWrite: 2_500_000, tiers: [{ above: 272_000, input: 4_000_000, output: 15_000_000, cacheRead: 200_000, cacheWrite: 5_000_000 }] }],
  ['openai/gpt-5.5', { input: 5_000_000, output: 30_000_000 }],
  ['gemini-2.5-pro', { input: 1_250_000, cacheRead: 125_000, tiers: [{ above: 200_000, output: 15_000_000 }] }],
  ['groq/openai/gpt-oss-20b', { input: 75_000, cacheRead: 37_500 }],
  ['ollama/*', { input: 0, output: 0 }],
])('prices %s', (name, price) => expect(models[name]).toMatchObject(price))

it('knows every model that is asked when nobody names one, and every short name', () => {
  for (const { id, model, aliases } of providerRows) {
    for (const meant of [model, ...Object.values(aliases)]) if (meant !== undefined) expect([meant, models[`${id}/${meant}`] !== undefined, models[meant] !== undefined]).toEqual([meant, true, true])
    for (const [alias, meant] of Object.entries(aliases)) expect(models[alias]).toBe(models[`${id}/${meant}`])
  }
})

it('does not take what a service hosts for what its maker sells', () => {
  for (const name of ['llama-3.3-70b-versatile', 'openai/gpt-oss-20b', 'openrouter/openai/gpt-oss-20b', 'azure/gpt-5.5', 'vllm/llama', 'litellm/gpt-5.5']) expect([name, models[name]]).toEqual([name, undefined])
})
