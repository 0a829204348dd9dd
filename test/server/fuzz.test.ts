import fc from 'fast-check'
import { expect, it } from 'vitest'
import { apiWorld } from '../support/api-world.ts'
import { arbitraryBody } from '../support/arbitrary-body.ts'
import { seed, share } from '../support/lane.ts'

it('answers any body near a route’s schema with 2xx or 4xx, never 5xx', async () => {
  const world = await apiWorld()
  const session = await world.create()
  const rows = world.app.routes.flatMap((row) => (row.body === undefined ? [] : [{ row, body: arbitraryBody(row.body) }]))
  const perRoute = Math.ceil(share('fuzzed bodies', 1_500, 12_000) / rows.length)
  const seen = new Map<number, number>()
  for (const { row, body } of rows) {
    await fc.assert(fc.asyncProperty(body, async (value) => {
      const response = await world.ask(row.method.toUpperCase(), row.path.replace('{session}', session), JSON.stringify(value) ?? 'null')
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
      expect(response.status).toBeLessThan(500)
      const answer = (await response.json()) as { error?: { code?: unknown; message?: unknown } }
      if (response.status >= 400) expect(answer.error).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    }), { numRuns: perRoute, seed, endOnFailure: true })
  }
  expect(world.failures).toEqual([])
  // Both sides of the door were tried.
  expect([...seen.keys()].some((status) => status < 300)).toBe(true)
  expect(seen.get(400) ?? 0).toBeGreaterThan(100)
}, 600_000)

it('answers raw bytes that are no JSON, and queries out of range, with 4xx', async () => {
  const world = await apiWorld()
  const session = await world.create()
  const raw = ['', '{', '[1,', '"', 'null', '{"id":', '\u0000', 'a=b&c=d', '{"a":1}{"b":2}']
  for (const body of raw) expect((await world.ask('POST', `/v1/sessions/${session}/commands`, body)).status).toBe(400)
  expect((await world.app.hono.request(`/v1/sessions/${session}/commands`, { method: 'POST', body: '{}', headers: { host: 'localhost:6767', authorization: `Bearer ${world.deps.token}`, 'content-type': 'text/plain' } })).status).toBe(400)
  for (const query of ['limit=0', 'limit=1e9', 'limit=x', 'before=-1', 'after=-1', 'after=1.5']) expect((await world.ask('GET', `/v1/sessions/${session}/items?${query}`)).status).toBe(400)
  expect((await world.ask('POST', `/v1/sessions/${session}/commands`, `{"id":"big","type":"turn.start","text":"${'x'.repeat(3_000_000)}"}`)).status).toBe(413)
  const long = 'x'.repeat(2_000)
  expect((await world.ask('GET', `/v1/sessions/${long}`)).status).toBe(404)
  expect((await world.ask('GET', `/v1/sessions?cursor=${encodeURIComponent('{"forged":true}')}`)).status).toBe(400)
  expect(world.failures).toEqual([])
})
