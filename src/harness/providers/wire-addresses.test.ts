import { expect, it } from 'vitest'
import { placesOf, wireAddresses } from './wire-addresses.ts'

it('has the services of the makers, by what they speak', () => {
  expect(wireAddresses.find(({ host }) => host === 'api.anthropic.com')).toEqual({ host: 'api.anthropic.com', basePath: '', dialects: ['messages'] })
  expect(wireAddresses.find(({ host }) => host === 'api.openai.com')?.dialects).toEqual(['responses', 'chat-completions'])
  expect(wireAddresses.find(({ host }) => host === 'generativelanguage.googleapis.com')?.dialects).toEqual(['generate-content'])
})

it('says who must not be asked for the usage', () => {
  expect(wireAddresses.filter(({ tellsUsage }) => tellsUsage === true).map(({ host }) => host)).toEqual(['api.mistral.ai'])
})

it('keeps a port and the path before the version', () => {
  expect(placesOf('ollama')).toMatchObject([{ host: '127.0.0.1:11434', basePath: '' }])
  expect(placesOf('openrouter')).toMatchObject([{ host: 'openrouter.ai', basePath: '/api' }])
})

it('knows where accounts call, and nothing of what everybody has an address of their own for', () => {
  expect(placesOf('openai').map(({ host }) => host)).toEqual(['api.openai.com', 'chatgpt.com'])
  expect([placesOf('azure'), placesOf('nobody')]).toEqual([[], []])
})

it('names each address once', () => {
  const names = wireAddresses.map(({ host, basePath }) => host + basePath)
  expect(new Set(names).size).toBe(names.length)
})
