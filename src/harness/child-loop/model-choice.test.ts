import { expect, it } from 'vitest'
import { createModelChooser } from './model-choice.ts'

const { choose } = createModelChooser({ harness: 'omni', dialects: ['anthropic', 'openai', 'google', 'chat'], unnamed: 'anthropic' })

const env = { ANTHROPIC_API_KEY: 'a-key', OPENROUTER_API_KEY: 'r-key', AZURE_OPENAI_API_KEY: 'z-key', AZURE_OPENAI_BASE_URL: 'https://mine.openai.azure.com/openai/v1/', VLLM_BASE_URL: 'http://gpu:8000' }
const route = { baseUrl: 'http://gate:1', apiKey: 'placeholder' }

it.each([
  ['anthropic/claude-x', { dialect: 'anthropic', id: 'claude-x', apiKey: 'a-key', baseUrl: 'https://api.anthropic.com/v1' }],
  ['claude-x', { dialect: 'anthropic', id: 'claude-x' }], ['opus', { dialect: 'anthropic', label: expect.stringMatching(/^anthropic\/claude-opus/) }],
  ['openrouter/meta/llama', { dialect: 'chat', id: 'meta/llama', apiKey: 'r-key', asksToCache: false }], ['openrouter/anthropic/claude-x', { id: 'anthropic/claude-x', asksToCache: true }], ['ollama/qwen3', { dialect: 'chat', id: 'qwen3', apiKey: '', window: 32_000 }], [undefined, { dialect: 'anthropic' }],
  ['azure/my-deployment', { dialect: 'openai', id: 'my-deployment', apiKey: 'z-key', baseUrl: 'https://mine.openai.azure.com/openai/v1' }], ['vllm/org/model', { dialect: 'chat', id: 'org/model', apiKey: '', baseUrl: 'http://gpu:8000/v1' }],
])('finds %s', (model, choice) => {
  expect(choose({ model, env })).toMatchObject({ type: 'chosen', choice })
})

it.each([
  ['stub-1', { dialect: 'anthropic', id: 'stub-1', label: 'stub-1', baseUrl: 'http://gate:1/v1', apiKey: 'placeholder' }],
  ['someone/model', { dialect: 'anthropic', id: 'someone/model' }],
  ['openai/gpt-x', { dialect: 'openai', id: 'gpt-x', baseUrl: 'http://gate:1/v1' }], ['compatible/org/model', { dialect: 'chat', id: 'org/model', baseUrl: 'http://gate:1/v1', apiKey: 'placeholder' }], ['google/g', { dialect: 'google', baseUrl: 'http://gate:1/v1beta' }],
])('sends %s to the route in its dialect', (model, choice) => {
  expect(choose({ model, env, route })).toMatchObject({ type: 'chosen', choice })
})

it('keeps a version that the route has', () => {
  expect(choose({ model: 'm', env, route: { ...route, baseUrl: 'http://gate:1/v1/' } })).toMatchObject({ choice: { baseUrl: 'http://gate:1/v1' } })
})

it.each([
  [undefined, {}, /No model is named and no key is set\. Set one of ANTHROPIC_API_KEY/], ['openai/gpt-x', env, /openai\/gpt-x needs a key\. Set OPENAI_API_KEY/],
  ['litellm/m', { LITELLM_API_KEY: 'k' }, /not known where LiteLLM proxy is\. Set LITELLM_BASE_URL where the server starts, such as http/],
  ['mystery', env, /not known who serves the model "mystery"\. Write it as provider\/model/],
])('says what to do about %s', (model, variables, words) => {
  expect(choose({ model, env: variables })).toMatchObject({ type: 'problem', message: expect.stringMatching(words) })
})

it('knows no service that the harness can not speak to', () => {
  const other = createModelChooser({ harness: 'other', dialects: ['openai', 'chat'], unnamed: 'openai' })
  expect(other.keys).not.toContain('ANTHROPIC_API_KEY')
  expect(other.choose({ model: 'claude-x', env })).toMatchObject({ type: 'problem', message: expect.stringContaining('harnesses: other: base_url') })
  expect(other.choose({ model: 'claude-x', env, route })).toMatchObject({ choice: { dialect: 'openai', id: 'claude-x', baseUrl: 'http://gate:1/v1' } })
  expect(other.choose({ model: 'gpt-x', env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://mine/v1/' } })).toMatchObject({ choice: { baseUrl: 'http://mine/v1', apiKey: 'k' } })
  expect(other.choose({ model: 'openrouter/x', env: { ...env, OPENAI_BASE_URL: 'http://mine/v1/' } })).toMatchObject({ choice: { dialect: 'chat', baseUrl: 'https://openrouter.ai/api/v1' } })
})
