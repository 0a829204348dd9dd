import { expect, it } from 'vitest'
import { chooseModel } from './model-choice.ts'

const env = { ANTHROPIC_API_KEY: 'a-key', OPENROUTER_API_KEY: 'r-key' }
const route = { baseUrl: 'http://gate:1', apiKey: 'placeholder' }

it.each([
  ['anthropic/claude-x', { dialect: 'anthropic', id: 'claude-x', apiKey: 'a-key', baseUrl: 'https://api.anthropic.com/v1' }],
  ['claude-x', { dialect: 'anthropic', id: 'claude-x' }], ['opus', { dialect: 'anthropic', label: expect.stringMatching(/^anthropic\/claude-opus/) }],
  ['openrouter/meta/llama', { dialect: 'chat', id: 'meta/llama', apiKey: 'r-key' }], ['ollama/qwen3', { dialect: 'chat', id: 'qwen3', apiKey: '', window: 32_000 }], [undefined, { dialect: 'anthropic' }],
])('finds %s', (model, choice) => {
  expect(chooseModel({ model, env })).toMatchObject({ type: 'chosen', choice })
})

it.each([
  ['stub-1', { dialect: 'anthropic', id: 'stub-1', label: 'stub-1', baseUrl: 'http://gate:1/v1', apiKey: 'placeholder' }],
  ['someone/model', { dialect: 'anthropic', id: 'someone/model' }],
  ['openai/gpt-x', { dialect: 'openai', id: 'gpt-x', baseUrl: 'http://gate:1/v1' }], ['google/g', { dialect: 'google', baseUrl: 'http://gate:1/v1beta' }],
])('sends %s to the route in its dialect', (model, choice) => {
  expect(chooseModel({ model, env, route })).toMatchObject({ type: 'chosen', choice })
})

it('keeps a version that the route has', () => {
  expect(chooseModel({ model: 'm', env, route: { ...route, baseUrl: 'http://gate:1/v1/' } })).toMatchObject({ choice: { baseUrl: 'http://gate:1/v1' } })
})

it.each([
  [undefined, {}, /No model is named and no key is set\. Set one of ANTHROPIC_API_KEY/], ['openai/gpt-x', env, /openai\/gpt-x needs a key\. Set OPENAI_API_KEY/],
  ['mystery', env, /not known who serves the model "mystery"\. Write it as provider\/model/],
])('says what to do about %s', (model, variables, words) => {
  expect(chooseModel({ model, env: variables })).toMatchObject({ type: 'problem', message: expect.stringMatching(words) })
})
