import { execFile } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { proxyAddress } from '../../../src/omnibox/gateway/proxy-password.ts'
import { bodyOf, listen, openGatewayWorld, requestText, statusOf, untilClosed } from './gateway-world.ts'

const password = 'Tr0ub4dor-3_x'

/** A proxy on this machine that wants a password. */
async function world() {
  const { gateway, close, ports, events, asked, authority } = await openGatewayWorld({ serve: (request, response) => response.end(`${request.method} ${request.headers.host} ${request.url}${request.headers['proxy-authorization'] ?? ''}`) })
  onTestFinished(close)
  const server = createServer()
  const port = await listen(server)
  gateway.serve('proxy', server, { password })
  const ask = (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    return untilClosed(socket)
  }
  return { port, ports, events, asked, authority, ask, host: `a.test:${ports.http}`, place: `a.test:${ports.https}` }
}
const authorization = (credentials: string, scheme = 'Basic'): string => `Proxy-Authorization: ${scheme} ${Buffer.from(credentials).toString('base64')}`
const right = authorization(`omni:${password}`)

it('takes a whole address, and passes no password on', async () => {
  const { host, ask, asked } = await world()
  expect(bodyOf(await ask(requestText(host, { path: `http://${host}/x`, headers: [right] })))).toBe(`GET ${host} /x`)
  expect(bodyOf(await ask(requestText(host, { path: `http://${host}/y`, headers: [authorization(`omni:${password}`, 'bAsIc')] })))).toBe(`GET ${host} /y`)
  expect(asked).toHaveLength(2)
})

it('takes CONNECT', async () => {
  const { port, place } = await world()
  const socket = connect(port, '127.0.0.1')
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${right}\r\n\r\n`)
  const [answer] = await new Promise<[Buffer]>((resolve) => socket.once('data', (bytes) => resolve([bytes])))
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /)
  socket.destroy()
})

it.each([
  { what: 'none', headers: [] },
  { what: 'a wrong password', headers: [authorization('omni:Tr0ub4dor-3_y')] },
  { what: 'the password and more', headers: [authorization(`omni:${password}x`)] },
  { what: 'a part of it', headers: [authorization(`omni:${password.slice(0, -1)}`)] },
  { what: 'another user', headers: [authorization(`root:${password}`)] },
  { what: 'an empty one', headers: [authorization('omni:')] },
  { what: 'another scheme', headers: [`Proxy-Authorization: Bearer ${password}`] },
  { what: 'two of them', headers: [right, authorization('omni:no')] },
  { what: 'the header for the host', headers: [right.replace('Proxy-', '')] },
])('refuses $what by either way, says what it wants, and asks and records nothing', async ({ headers }) => {
  const { host, place, ask, asked, events } = await world()
  const answers = [
    await ask(requestText(host, { path: `http://${host}/x`, headers })),
    await ask(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`),
    await ask(requestText(host, { path: `http://${host}/x`, headers: [...headers, 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'] }).replace('Connection: close', 'Connection: upgrade')),
  ]
  for (const answer of answers) {
    expect(statusOf(answer)).toBe(407)
    expect(answer).toMatch(/^Proxy-Authenticate: Basic realm="omnibox"\r$/im)
    expect(bodyOf(answer)).toContain('gateway/proxy-password')
  }
  expect([asked, events]).toEqual([[], []])
})

it('lets a client that waits to be asked try again on the same connection', async () => {
  const { port, host } = await world()
  const socket = connect(port, '127.0.0.1')
  socket.write(requestText(host, { path: `http://${host}/x`, method: 'POST', headers: ['Content-Length: 5'], body: 'hello' }).replace('Connection: close\r\n', ''))
  await new Promise((resolve) => socket.once('data', resolve))
  socket.write(requestText(host, { path: `http://${host}/x`, headers: [right] }))
  expect(await untilClosed(socket)).toContain(`GET ${host} /x`)
})

it('is used by programs as its address says', async () => {
  const { port, host } = await world()
  const curl = (...args: string[]) => new Promise<string>((resolve) => execFile('curl', ['-sS', ...args, `http://${host}/x`], { env: {} }, (_, stdout, stderr) => resolve(stdout + stderr)))
  expect(await curl('--proxy', proxyAddress({ port, password }))).toBe(`GET ${host} /x`)
  expect(await curl('--proxy-anyauth', '--proxy', proxyAddress({ port, password }))).toBe(`GET ${host} /x`)
  expect(await curl('--proxy', `http://127.0.0.1:${port}`)).toContain('gateway/proxy-password')
})

it('wants none at the doors of a box that nobody else can reach', async () => {
  const { ports, host } = await world()
  const socket = connect(ports.proxy, '127.0.0.1')
  socket.write(requestText(host, { path: `http://${host}/x` }))
  expect(bodyOf(await untilClosed(socket))).toBe(`GET ${host} /x`)
})
