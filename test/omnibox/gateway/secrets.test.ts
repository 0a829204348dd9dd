import { once } from 'node:events'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { makePlaceholder } from '../../../src/omnibox/gateway/placeholder.ts'
import type { NetVerdict, SecretUse } from '../../../src/spec/net/net-request.ts'
import { bodyOf, type GatewayWorld, openGatewayWorld, requestText, statusOf, untilClosed, type WorldOptions } from './gateway-world.ts'

const value = 'sk-live-AbCdEf0123456789xyz'
const secret = { name: 'key', value, placeholder: makePlaceholder(value), hosts: ['a.test', '*.b.test'] }
const base64 = (text: string): string => Buffer.from(text).toString('base64')
/** Says back what it was sent. */
const echo: WorldOptions['serve'] = (request, response) => response.end(JSON.stringify(request.headers))

let world: GatewayWorld
let heard: Record<string, string>
const open = async (options: WorldOptions = {}): Promise<GatewayWorld> => (world = await openGatewayWorld({ secrets: [secret], serve: (request, response) => {
  heard = Object.fromEntries(Object.entries(request.headers).map(([name, text]) => [name, String(text)]))
  echo(request, response)
}, ...options }))
afterEach(async () => {
  // Whatever a test does: no report and no question has ever a secret in it, in any of its forms.
  const said = JSON.stringify([world.events, world.asked])
  for (const form of [value, base64(`u:${value}`), base64(`:${value}`), encodeURIComponent(value)]) expect(said).not.toContain(form)
  await world.close()
})
const host = (name = 'a.test'): string => `${name}:${world.ports.https}`
const use = (secrets: SecretUse): NetVerdict => ({ type: 'allow', secrets: [{ ...secrets }] })

describe('a secret by rule', () => {
  it.each([
    ['bearer', { form: 'bearer' }, 'authorization', `Bearer ${value}`],
    ['basic', { form: 'basic', user: 'u' }, 'authorization', `Basic ${base64(`u:${value}`)}`],
    ['a header', { form: 'header', header: 'X-Api-Key' }, 'x-api-key', value],
  ] as const)('is set as %s, whatever the client sent there', async (_name, form, header, expected) => {
    await open({ authorize: () => Promise.resolve(use({ secret: 'key', ...form })) })
    const answer = await world.sendTls(requestText(host(), { headers: [`${header}: mine`, `Connection: ${header}`].slice(0, 1) }))
    expect(heard[header]).toBe(expected)
    expect(answer).not.toContain(expected)
    expect(answer).not.toContain(value)
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'secretUsed', secret: 'key', form: form.form }))
  })

  it('stays when the client names it as a header of the hop', async () => {
    await open({ authorize: () => Promise.resolve(use({ secret: 'key', form: 'bearer' })) })
    await world.sendTls(requestText(host()).replace('Connection: close', 'Connection: close, authorization'))
    expect(heard['authorization']).toBe(`Bearer ${value}`)
  })

  it('goes nowhere in the open, and is no secret of another session', async () => {
    await open({ authorize: ({ path }) => Promise.resolve(use({ secret: path === '/other' ? 'other' : 'key', form: 'bearer' })) })
    expect(bodyOf(await world.sendPlain(requestText(`a.test:${world.ports.http}`), 'plain'))).toContain('gateway/secret')
    expect(bodyOf(await world.sendTls(requestText(host(), { path: '/other' })))).toContain('gateway/secret')
  })
})

describe('a secret by placeholder', () => {
  it.each([
    ['in a header', `Authorization: token ${secret.placeholder}`, 'authorization', `token ${value}`],
    ['inside Basic', `Authorization: Basic ${base64(`u:${secret.placeholder}`)}`, 'authorization', `Basic ${base64(`u:${value}`)}`],
    ['in a cookie', `Cookie: a=b; k=${secret.placeholder}`, 'cookie', `a=b; k=${value}`],
  ])('is filled in %s for its own hosts', async (_name, header, name, expected) => {
    await open()
    const answer = await world.sendTls(requestText(host('x.b.test'), { headers: [header] }), { sni: 'x.b.test' })
    expect(heard[name]).toBe(expected)
    expect(heard['accept-encoding']).toBe('identity')
    expect(answer).not.toContain(value)
    expect(answer).not.toContain(base64(`u:${value}`))
    expect(bodyOf(answer)).toContain(header.split(': ')[1])
    expect(world.asked).toMatchObject([{ placeholders: ['key'] }])
  })

  it('raises an alert elsewhere, and the request is not sent', async () => {
    await open()
    const answer = await world.sendTls(requestText(host('c.test'), { headers: [`X-Key: ${secret.placeholder}`] }), { sni: 'c.test' })
    expect([statusOf(answer), bodyOf(answer).includes('gateway/placeholder')]).toEqual([403, true])
    expect(world.events[0]).toMatchObject({ type: 'alert', kind: 'placeholder', secret: 'key', request: { host: 'c.test' } })
    expect(world.asked).toEqual([])
  })

  it('is always asked about, whatever the table lets through', async () => {
    await open({ table: { revision: 1, rules: [{ rule: 'all', host: '*', action: 'allow' }], otherwise: 'deny' }, protections: { ports: false } })
    await world.sendTls(requestText(host()))
    await world.sendTls(requestText(host(), { headers: [`X-Key: ${secret.placeholder}`] }))
    expect(world.asked).toMatchObject([{ placeholders: ['key'] }])
  })
})

describe('what comes back', () => {
  const serves = (serve: WorldOptions['serve']) => open(serve === undefined ? {} : { serve })

  it('is searched across every cut, its length unchanged', async () => {
    await serves((_request, response) => {
      const text = `<${value}> <${value}>`
      response.writeHead(200, { 'content-length': text.length })
      const write = (at: number): void => void (at < text.length ? response.write(text[at], () => setImmediate(write, at + 1)) : response.end())
      write(0)
    })
    const answer = await world.sendTls(requestText(host()))
    expect(bodyOf(answer)).toBe(`<${secret.placeholder}> <${secret.placeholder}>`)
  })

  it.each([['gzip', gzipSync], ['br', brotliCompressSync]])('is unpacked when a server packs it with %s unasked', async (encoding, pack) => {
    await serves((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(pack(`key: ${value}`)))
    const answer = await world.sendTls(requestText(host()))
    expect(bodyOf(answer)).toBe(`key: ${secret.placeholder}`)
    expect(answer.toLowerCase()).not.toContain('content-encoding')
  })

  it('is refused when it is packed in an unknown way', async () => {
    await serves((_request, response) => response.writeHead(200, { 'content-encoding': 'rot13' }).end(value))
    expect(bodyOf(await world.sendTls(requestText(host())))).toContain('gateway/encoding')
  })

  it('is clean in its headers', async () => {
    await serves((_request, response) => response.writeHead(302, { location: `/?k=${value}`, 'set-cookie': `k=${value}` }).end())
    const answer = await world.sendTls(requestText(host()))
    expect(answer).toContain(`/?k=${secret.placeholder}`)
    expect(answer).not.toContain(value)
  })

  it('is clean in a WebSocket', async () => {
    await open()
    let extensions: string | undefined = 'none yet'
    world.upstream.on('upgrade', (request, socket) => {
      extensions = request.headers['sec-websocket-extensions']
      socket.on('error', () => undefined)
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nyour key is ${String(request.headers['x-key'])}.`)
    })
    const socket = await world.openTls()
    socket.write(`GET / HTTP/1.1\r\nHost: ${host()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\nX-Key: ${secret.placeholder}\r\n\r\n`)
    let seen = ''
    while (!seen.includes('.')  || !seen.includes('key is')) seen += String(((await once(socket, 'data')) as [Buffer])[0])
    expect(seen).toContain(`your key is ${secret.placeholder}`)
    expect(extensions).toBeUndefined()
    socket.destroy()
  })

  it('comes at once, event by event', async () => {
    const more: (() => void)[] = []
    await serves((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${value}\n\n`)
      more.push(() => response.end())
    })
    const socket = await world.openTls()
    socket.write(requestText(host()))
    let seen = ''
    while (!seen.includes('\n\n')) seen += String(((await once(socket, 'data')) as [Buffer])[0])
    expect(seen).toContain(`data: ${secret.placeholder}\n\n`)
    more[0]?.()
    await untilClosed(socket)
  })
})

it('takes new secrets between two requests', async () => {
  await open()
  const next = { ...secret, value: value.replace('AbC', 'xYz') }
  world.gateway.setSecrets([next])
  await world.sendTls(requestText(host(), { headers: [`X-Key: ${secret.placeholder}`] }))
  expect(heard['x-key']).toBe(next.value)
})
