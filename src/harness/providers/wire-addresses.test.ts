import { expect, it } from 'vitest'
import { addressOn, wireAddresses } from './wire-addresses.ts'

it('has the services of the makers, by what they speak', () => {
  expect(wireAddresses.find(({ host }) => host === 'api.anthropic.com')).toEqual({ host: 'api.anthropic.com', basePath: '', dialects: ['messages'] })
  expect(wireAddresses.find(({ host }) => host === 'api.openai.com')?.dialects).toEqual(['responses', 'chat-completions'])
  expect(wireAddresses.find(({ host }) => host === 'generativelanguage.googleapis.com')?.dialects).toEqual(['generate-content'])
})

it('says who must not be asked for the usage', () => {
  expect(wireAddresses.filter(({ tellsUsage }) => tellsUsage === true).map(({ host }) => host)).toEqual(['api.mistral.ai'])
})

it('keeps a port and the path before the version', () => {
  expect(addressOn('http://127.0.0.1:4000/proxy/v1/')).toEqual({ host: '127.0.0.1:4000', basePath: '/proxy' })
})

it('names each address once', () => {
  const names = wireAddresses.map(({ host, basePath }) => host + basePath)
  expect(new Set(names).size).toBe(names.length)
})
