import { expect, it } from 'vitest'
import { type ModelRoute, readCredential, routeOf, withCredential } from './model-routes.ts'

const routes: readonly ModelRoute[] = [
  { host: 'models.example', basePath: '', dialects: ['messages'] }, { host: 'models.example', basePath: '/openai', dialects: ['chat-completions'] },
]

it('takes the route with the longest path', () => {
  expect(routeOf(routes, 'Models.example', '/openai/v1/chat/completions')?.dialects).toEqual(['chat-completions'])
  expect(routeOf(routes, 'models.example', '/openai-like/v1')?.dialects).toEqual(['messages'])
  expect(routeOf(routes, 'other.example', '/v1/messages')).toBeUndefined()
})

it.each([
  ['a bearer', { headers: { authorization: 'Bearer ph' }, path: '/v1/x' }],
  ['x-api-key', { headers: { 'x-api-key': 'ph' }, path: '/v1/x' }],
  ['x-goog-api-key', { headers: { 'x-goog-api-key': ['ph'] }, path: '/v1/x' }],
  ['the query', { headers: {}, path: '/v1/x?alt=sse&key=ph' }],
  ['two ways at once', { headers: { authorization: 'bearer ph', 'x-api-key': 'ph' }, path: '/v1/x' }],
])('reads what a client sends by %s', (_name, request) => {
  expect(readCredential(request)).toBe('ph')
})

it('knows no client by two different credentials, or by none', () => {
  expect(readCredential({ headers: { authorization: 'Bearer a', 'x-api-key': 'b' }, path: '/' })).toBeUndefined()
  expect(readCredential({ headers: {}, path: '/' })).toBeUndefined()
})

it('replaces the placeholder and leaves nothing else of the client’s', () => {
  const headers = { authorization: 'Bearer ph', 'X-Api-Key': 'ph', 'api-key': 'ph', 'x-goog-api-key': 'ph', cookie: 'session=ph', 'proxy-authorization': 'Basic ph', 'content-type': 'application/json' }
  const request = { headers, path: '/v1beta/models/m:streamGenerateContent?alt=sse&key=ph&access_token=ph' }
  expect(withCredential(request, { scheme: 'x-goog-api-key', value: 'real' })).toEqual({ path: '/v1beta/models/m:streamGenerateContent?alt=sse', headers: { 'content-type': 'application/json', 'x-goog-api-key': 'real' } })
  expect(withCredential(request, { scheme: 'bearer', value: 'real' }).headers).toEqual({ 'content-type': 'application/json', authorization: 'Bearer real' })
  expect(JSON.stringify(withCredential(request))).not.toContain('ph')
})

it('leaves a query without credentials as it is', () => {
  expect(withCredential({ headers: {}, path: '/v1/messages?beta=true&x=a%20b' }).path).toBe('/v1/messages?beta=true&x=a%20b')
  expect(withCredential({ headers: {}, path: '/v1/messages?key=ph' }).path).toBe('/v1/messages')
})
