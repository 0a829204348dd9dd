import { afterEach, describe, expect, it } from 'vitest'
import type { Protections } from '../../../src/omnibox/gateway/protections.ts'
import { makePlaceholder } from '../../../src/omnibox/gateway/placeholder.ts'
import { type GatewayWorld, openGatewayWorld, requestText, statusOf, type TlsDoor, type WorldOptions } from './gateway-world.ts'

/**
 * Ways around a gateway that were tried on others, each with the wall that stops it. Every case runs twice: with all walls, where it
 * must be stopped, and with its own taken away, where it must get through; a case that is stopped by something else proves nothing.
 */
interface Bypass {
  readonly name: string
  readonly wall: keyof Protections | readonly (keyof Protections)[]
  readonly options?: WorldOptions
  /** True when it got through. */
  attempt(world: GatewayWorld): Promise<boolean>
}

const passed = (answer: string): boolean => statusOf(answer) === 200
const overTls = (text: (world: GatewayWorld) => string, door?: (world: GatewayWorld) => TlsDoor) => async (world: GatewayWorld): Promise<boolean> => passed(await world.sendTls(text(world), door?.(world)))
const at = (world: GatewayWorld, host = 'a.test'): string => `${host}:${world.ports.https}`
const path = (spelling: string): Bypass => ({ name: `path ${JSON.stringify(spelling)}`, wall: 'clearPaths', attempt: overTls((world) => requestText(at(world), { path: spelling })) })
const raw = (name: string, wall: Bypass['wall'], text: (host: string) => string): Bypass => ({ name, wall, attempt: overTls((world) => text(at(world))) })
const secret = { name: 'github', value: 'ghp_abcdefABCDEF0123456789', placeholder: makePlaceholder('ghp_abcdefABCDEF0123456789'), hosts: ['a.test'] }
/** The upstream says what it was told, so that the test sees what left. */
const echo: WorldOptions['serve'] = (request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += String(chunk)))
  request.on('end', () => response.end(`${JSON.stringify(request.rawHeaders)} ${request.url} ${body}`))
}
const leaks = (text: (world: GatewayWorld) => string, sni = 'b.test') => async (world: GatewayWorld): Promise<boolean> => (await world.sendTls(text(world), { sni })).includes(secret.value)
const toConnect = (place: string, wall: Bypass['wall'], options: WorldOptions = {}): Bypass => ({
  name: `CONNECT ${place}`, wall, options,
  attempt: async (world) => (await world.sendPlain(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\nXX`)).startsWith('HTTP/1.1 200'),
})

const bypasses: readonly Bypass[] = [
  { name: 'Host ≠ SNI', wall: 'sameAuthority', attempt: overTls((world) => requestText(at(world, 'b.test'))) },
  { name: 'Host ≠ CONNECT', wall: 'sameAuthority', attempt: overTls((world) => requestText(at(world, 'b.test')), (world) => ({ connect: at(world), sni: 'b.test' })) },
  { name: 'SNI ≠ CONNECT', wall: 'sameAuthority', attempt: overTls((world) => requestText(at(world)), (world) => ({ connect: at(world), sni: 'b.test' })) },
  { name: 'another port in Host', wall: 'sameAuthority', attempt: overTls(() => requestText('a.test:444')) },
  { name: 'CONNECT ≠ its Host', wall: 'sameAuthority', attempt: async (world) => (await world.sendPlain(`CONNECT ${at(world)} HTTP/1.1\r\nHost: b.test\r\n\r\nXX`)).startsWith('HTTP/1.1 200') },
  { name: 'a whole address ≠ Host, in the open', wall: 'sameAuthority', attempt: async (world) => passed(await world.sendPlain(requestText('b.test', { path: `http://a.test:${world.ports.http}/` }))) },
  { name: 'two Hosts', wall: 'oneHost', attempt: overTls((world) => requestText(at(world), { headers: [`Host: ${at(world)}`] })) },
  { name: 'a whole address inside TLS', wall: 'originForm', attempt: overTls((world) => requestText(at(world), { path: `https://${at(world, 'b.test')}/` })) },
  { name: 'a user name in Host', wall: 'userinfo', attempt: overTls((world) => requestText(`x@${at(world)}`)) },
  raw('TRACE', 'methods', (host) => requestText(host, { method: 'TRACE' })),
  ...['/a/../b', '/a/..', '/./a', '/a/%2e%2e/b', '/a/.%2E/b', '/a%2fb', '/a%5cb', '/a\\b', '//a', '/a//b', '/a%00', '/a%0d%0ab', '/a/..;x/b', '/a%252e%252e/b', '/a%zz', '/a#b', '/@a%2fb/..%2fc', '/@a%2f..'].map(path),
  raw('Content-Length and chunks', ['strictParser', 'framing'], (host) => requestText(host, { method: 'POST', headers: ['Content-Length: 5', 'Transfer-Encoding: chunked'], body: '0\r\n\r\n' })),
  raw('another transfer encoding', ['strictParser', 'framing'], (host) => requestText(host, { method: 'POST', headers: ['Transfer-Encoding: chunked, chunked'], body: '0\r\n\r\n' })),
  raw('transfer encoding in HTTP/1.0', ['framing'], (host) => requestText(host, { method: 'POST', headers: ['Transfer-Encoding: chunked'], body: '0\r\n\r\n' }).replace('HTTP/1.1', 'HTTP/1.0')),
  raw('bare LF', 'strictParser', (host) => `GET / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`),
  raw('a folded header', 'strictParser', (host) => requestText(host, { headers: ['X-A: b', ' Y: c'] })),
  raw('another version', ['strictParser', 'framing'], (host) => requestText(host).replace('HTTP/1.1', 'HTTP/1.7')),
  raw('a flood of headers', 'limits', (host) => requestText(host, { headers: Array.from({ length: 200 }, (_, index) => `X-${index}: 1`) })),
  toConnect('127.0.0.1:443', 'addressLiterals'),
  toConnect('8.8.8.8:443', 'addressLiterals'),
  toConnect('[::1]:443', 'addressLiterals'),
  toConnect('[::ffff:127.0.0.1]:443', 'addressLiterals'),
  ...['2130706433', '0x7f000001', '127.1', '0177.0.0.1', '0x7f.1', '127.0.0.1.1', '017700000001'].map((host) => toConnect(`${host}:443`, 'numericHosts')),
  toConnect('x@a.test:443', 'userinfo'),
  toConnect('a.test:22', 'ports'),
  toConnect('a.test:6379', 'ports'),
  { name: 'a name that leads to this machine', wall: 'privateAddresses', options: { exceptions: [] }, attempt: overTls((world) => requestText(at(world))) },
  { name: 'a name whose certificate is another’s', wall: 'verifyUpstream', options: { upstreamRoots: [] }, attempt: overTls((world) => requestText(at(world))) },
  { name: 'HTTP/2 by upgrade', wall: 'onlyWebSocket', options: { serve: echo }, attempt: async (world) => (await world.sendTls(requestText(at(world), { headers: ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'] }).replace('Connection: close', 'Connection: close, Upgrade, HTTP2-Settings'))).includes('h2c') },
  { name: 'a hop’s header that goes on', wall: 'hopByHop', options: { serve: echo }, attempt: async (world) => (await world.sendTls(requestText(at(world), { headers: ['X-Secret-Hop: 1'] }).replace('Connection: close', 'Connection: close, X-Secret-Hop'))).includes('X-Secret-Hop') },
  { name: 'a placeholder to another host', wall: 'placeholderHosts', options: { secrets: [secret], serve: echo }, attempt: leaks((world) => requestText(at(world, 'b.test'), { headers: [`Authorization: Bearer ${secret.placeholder}`] })) },
  { name: 'a placeholder inside Basic to another host', wall: 'placeholderHosts', options: { secrets: [secret], serve: (request, response) => response.end(Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')) }, attempt: leaks((world) => requestText(at(world, 'b.test'), { headers: [`Authorization: Basic ${Buffer.from(`u:${secret.placeholder}`).toString('base64')}`] })) },
  { name: 'a placeholder in the open', wall: 'placeholderHosts', options: { secrets: [secret], serve: echo }, attempt: async (world) => (await world.sendPlain(requestText(`a.test:${world.ports.http}`, { headers: [`X-Key: ${secret.placeholder}`] }), 'plain')).includes(secret.value) },
  { name: 'a placeholder in the path', wall: 'placeholderHosts', options: { secrets: [secret], serve: echo }, attempt: async (world) => passed(await world.sendTls(requestText(at(world), { path: `/${secret.placeholder}` }))) },
  { name: 'a secret that the server says back', wall: 'scrub', options: { secrets: [secret], serve: echo }, attempt: leaks((world) => requestText(at(world), { headers: [`Authorization: Bearer ${secret.placeholder}`] }), 'a.test') },
  { name: 'a secret for another host by rule', wall: 'placeholderHosts', options: { secrets: [secret], serve: echo, authorize: () => Promise.resolve({ type: 'allow', secrets: [{ secret: 'github', form: 'bearer' }] }) }, attempt: leaks((world) => requestText(at(world, 'b.test'))) },
]

let world: GatewayWorld
afterEach(() => world.close())

describe.each(bypasses)('$name', ({ wall, options, attempt }) => {
  it('is stopped', async () => {
    world = await openGatewayWorld(options)
    expect(await attempt(world)).toBe(false)
  })

  it(`gets through without ${String(wall)}`, async () => {
    const off = Object.fromEntries([wall].flat().map((name) => [name, false]))
    world = await openGatewayWorld({ ...options, protections: off })
    expect(await attempt(world)).toBe(true)
  })
})

/** What no mode of the parser takes has no wall of ours to take away: its control is the same request put right. */
const unreadable: readonly (readonly [string, (host: string) => string, (host: string) => string])[] = [
  ['two lengths', (host) => requestText(host, { method: 'POST', headers: ['Content-Length: 0', 'Content-Length: 0'] }), (host) => requestText(host, { method: 'POST', headers: ['Content-Length: 0'] })],
  ['two different lengths', (host) => requestText(host, { method: 'POST', headers: ['Content-Length: 1', 'Content-Length: 0'], body: 'x' }), (host) => requestText(host, { method: 'POST', headers: ['Content-Length: 1'], body: 'x' })],
  ['a space before the colon', (host) => requestText(host, { headers: ['X-A : b'] }), (host) => requestText(host, { headers: ['X-A: b'] })],
  ['a control byte in a header', (host) => requestText(host, { headers: ['X-A: b\u0001'] }), (host) => requestText(host, { headers: ['X-A: b'] })],
  ['a bare CR', (host) => requestText(host, { headers: ['X-A: b\rX-B: c'] }), (host) => requestText(host, { headers: ['X-A: b', 'X-B: c'] })],
  ['a length with a sign', (host) => requestText(host, { method: 'POST', headers: ['Content-Length: +1'], body: 'x' }), (host) => requestText(host, { method: 'POST', headers: ['Content-Length: 1'], body: 'x' })],
  ['a chunk with a bad length', (host) => requestText(host, { method: 'POST', headers: ['Transfer-Encoding: chunked'], body: '0x1\r\nx\r\n0\r\n\r\n' }), (host) => requestText(host, { method: 'POST', headers: ['Transfer-Encoding: chunked'], body: '1\r\nx\r\n0\r\n\r\n' })],
]

it.each(unreadable)('%s reaches no server', async (_name, wrong, right) => {
  let bodies = 0
  world = await openGatewayWorld({ serve: (request, response) => void request.resume().on('end', () => {
    bodies += 1
    response.end()
  }) })
  expect(statusOf(await world.sendTls(wrong(at(world))))).not.toBe(200)
  expect(bodies).toBe(0)
  expect(statusOf(await world.sendTls(right(at(world))))).toBe(200)
})
