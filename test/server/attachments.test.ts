import { expect, it } from 'vitest'
import { apiWorld } from '../support/api-world.ts'

const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
const binary = { 'content-type': 'application/octet-stream' }

async function world() {
  const api = await apiWorld()
  const send = (bytes: Uint8Array, name: string, type: Record<string, string> = binary) => api.app.hono.request(`/v1/attachments?name=${encodeURIComponent(name)}`, {
    method: 'POST', headers: { host: 'localhost:6767', authorization: 'Bearer test-token-of-at-least-thirty-two-characters', ...type }, body: new Uint8Array(bytes),
  })
  return { api, send }
}

it('takes in a picture, tells its type by its bytes, and shows it where nothing in it can run', async () => {
  const { api, send } = await world()
  const answer = await send(png, 'page.html')
  expect(answer.status).toBe(201)
  const attachment = (await answer.json()) as { blob: string }
  expect(attachment).toMatchObject({ name: 'page.html', mediaType: 'image/png', bytes: png.byteLength })
  const shown = await api.ask('GET', `/v1/images/${attachment.blob}`)
  expect(shown.headers.get('content-type')).toBe('image/png')
  expect(shown.headers.get('content-security-policy')).toContain('sandbox')
  expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true)
})

it('shows nothing that is no picture, whatever its name', async () => {
  const { api, send } = await world()
  const { blob, mediaType } = (await (await send(Buffer.from('<svg onload="alert(1)"/>'), 'dot.png')).json()) as { blob: string; mediaType: string }
  expect(mediaType).toBe('application/octet-stream')
  expect((await api.ask('GET', `/v1/images/${blob}`)).status).toBe(404)
  expect((await api.ask('GET', '/v1/images/..%2f..')).status).toBe(404)
})

it('refuses what a form of another site could send, an empty file, and one that is too large', async () => {
  const { send } = await world()
  expect((await send(png, 'a.png', { 'content-type': 'text/plain' })).status).toBe(400)
  expect((await send(new Uint8Array(), 'a.png')).status).toBe(400)
  expect((await send(new Uint8Array(10 * 1024 * 1024 + 1), 'a.png')).status).toBe(413)
})

it('carries a picture through export and import', async () => {
  const { api, send } = await world()
  api.connect()
  const { blob } = (await (await send(png, 'dot.png')).json()) as { blob: string }
  const made = await api.ask('POST', '/v1/sessions', { id: 'pic', agent: { name: 'hello' }, workspace: { path: '/work' }, prompt: 'look', attachments: [{ blob, name: 'dot.png' }] })
  const { session } = (await made.json()) as { session: string }
  expect((await api.host.order('turn.run')).files).toHaveLength(1)
  const lines = await (await api.ask('GET', `/v1/sessions/${session}/export`)).text()
  const other = await world()
  const taken = await other.api.app.hono.request('/v1/import', { method: 'POST', headers: { host: 'localhost:6767', authorization: 'Bearer test-token-of-at-least-thirty-two-characters' }, body: lines })
  expect(taken.status).toBe(201)
  const shown = await other.api.ask('GET', `/v1/images/${blob}`)
  expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true)
})
