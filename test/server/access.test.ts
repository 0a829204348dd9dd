import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { address, apiWorld, token } from '../support/api-world.ts'

const concrete = (path: string) => path.replaceAll(/\{(\w+)\}/g, 'x')

it('refuses every route without a token, with a wrong one, and with a cookie that is not ours', async () => {
  const world = await apiWorld()
  for (const row of world.app.routes.filter((each) => each.open !== true)) {
    for (const headers of [{ host: address }, { host: address, authorization: 'Bearer wrong' }, { host: address, cookie: 'omni_6767=wrong' }]) {
      const response = await world.app.hono.request(concrete(row.path), { method: row.method.toUpperCase(), headers })
      expect([row.method, row.path, response.status]).toEqual([row.method, row.path, 401])
    }
  }
})

it('refuses every route under a foreign Host or from a foreign Origin, token or not', async () => {
  const world = await apiWorld()
  const foreign = [
    { host: 'evil.example', authorization: `Bearer ${token}` }, { host: 'localhost:6768', authorization: `Bearer ${token}` },
    { host: address, origin: 'http://evil.example', authorization: `Bearer ${token}` }, { host: address, origin: 'null', authorization: `Bearer ${token}` },
    { host: address, origin: `https://${address}`, authorization: `Bearer ${token}` }, { host: address, 'sec-fetch-site': 'cross-site', authorization: `Bearer ${token}` },
  ]
  for (const row of world.app.routes) {
    for (const headers of foreign) {
      const response = await world.app.hono.request(concrete(row.path), { method: row.method.toUpperCase(), headers: headers as Record<string, string> })
      expect([row.path, headers, response.status]).toEqual([row.path, headers, 403])
    }
  }
})

it('lets the page in with the cookie that it gets for the token', async () => {
  const world = await apiWorld()
  const refused = await world.ask('POST', '/v1/auth/session', { token: 'wrong' })
  expect(refused.status).toBe(401)
  const response = await world.ask('POST', '/v1/auth/session', { token })
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
  expect(cookie).not.toContain(token)
  const me = await world.app.hono.request('/v1/me', { headers: { host: address, origin: `http://${address}`, cookie: cookie.split(';')[0] ?? '' } })
  expect(await me.json()).toEqual({ user: { kind: 'user', id: 'local' } })
})

it('refuses the live socket without a token, from a foreign origin, and under a foreign host', async () => {
  const world = await apiWorld()
  const { url } = await world.serve()
  const statusOf = (options: { protocols?: string[]; headers?: Record<string, string> }) => new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live`, options.protocols ?? ['omnigent.v1'], { headers: options.headers ?? {} })
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.once('open', () => {
      resolve(101)
      socket.terminate()
    })
    socket.once('error', reject)
  })
  const authorization = `Bearer ${token}`
  expect(await statusOf({})).toBe(401)
  expect(await statusOf({ headers: { authorization: 'Bearer wrong' } })).toBe(401)
  expect(await statusOf({ headers: { authorization, origin: 'http://evil.example' } })).toBe(403)
  expect(await statusOf({ headers: { authorization, host: 'evil.example' } })).toBe(403)
  expect(await statusOf({ headers: { authorization } })).toBe(101)
  expect(await statusOf({ protocols: ['omnigent.v1', `omnigent.token.${token}`] })).toBe(101)
})

it('sends strict headers with every answer, also with a refusal', async () => {
  const world = await apiWorld()
  for (const headers of [{ host: address }, { host: 'evil.example' }]) {
    const response = await world.app.hono.request('/v1/me', { headers })
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-frame-options')).toBe('DENY')
  }
})
