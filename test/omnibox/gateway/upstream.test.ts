import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcp, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { TLSSocket } from 'node:tls'
import { bodyOf, type GatewayWorld, listen, openGatewayWorld, requestText, statusOf, untilClosed, type WorldOptions } from './gateway-world.ts'

let world: GatewayWorld
const open = async (options?: WorldOptions): Promise<GatewayWorld> => (world = await openGatewayWorld(options))
afterEach(() => world.close())
const host = (): string => `a.test:${world.ports.https}`
const ruleOf = (answer: string): string => (JSON.parse(bodyOf(answer)) as { error: { rule: string } }).error.rule
/** Reads on until the text has come. */
async function until(socket: TLSSocket, text: string): Promise<string> {
  let seen = ''
  while (!seen.includes(text)) seen += String(((await once(socket, 'data')) as [Buffer])[0])
  return seen
}

describe('what a server does', () => {
  it('streams an answer event by event', async () => {
    const next: (() => void)[] = []
    await open({ serve: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: 1\n\n')
      next.push(() => response.write('data: 2\n\n'), () => response.end())
    } })
    const socket = await world.openTls()
    socket.write(requestText(host()))
    expect(await until(socket, 'data: 1')).toContain('text/event-stream')
    next[0]?.()
    await until(socket, 'data: 2')
    next[1]?.()
    await untilClosed(socket)
  })

  it('shows the head of an answer whose first byte is long in coming', async () => {
    await open({ serve: (_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders() })
    const socket = await world.openTls()
    socket.write(requestText(host()))
    await until(socket, 'event-stream')
    socket.destroy()
  })

  it('streams a large body up and down without holding it', async () => {
    await open({ serve: (request, response) => void request.pipe(response) })
    const socket = await world.openTls()
    const total = 32 * 1_048_576
    socket.write(`POST / HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\nContent-Length: ${total}\r\n\r\n`)
    let received = 0
    socket.on('data', (chunk: Buffer) => (received += chunk.length))
    const chunk = Buffer.alloc(65_536)
    for (let sent = 0; sent < total; sent += chunk.length) if (!socket.write(chunk)) await once(socket, 'drain')
    await once(socket, 'close')
    expect(received).toBeGreaterThan(total)
  })

  it('lets a fast server wait for a slow client', async () => {
    let full: (() => void) | undefined
    const stalled = new Promise<void>((resolve) => (full = resolve))
    await open({ serve: (_request, response) => {
      const chunk = Buffer.alloc(262_144)
      const push = (left: number): void => {
        for (let index = 0; index < left; index += 1) if (!response.write(chunk)) {
          full?.()
          response.once('drain', () => push(left - index - 1))
          return
        }
        response.end()
      }
      push(400)
    } })
    const socket = await world.openTls()
    socket.pause()
    socket.write(requestText(host()))
    await stalled
    let received = 0
    socket.on('data', (part: Buffer) => (received += part.length))
    socket.resume()
    await once(socket, 'close')
    expect(received).toBeGreaterThan(400 * 262_144)
  })

  it('passes packed answers as they are', async () => {
    const packed = gzipSync('hello')
    await open({ serve: (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed) })
    expect(Buffer.from(bodyOf(await world.sendTls(requestText(host()))), 'latin1')).toEqual(packed)
  })

  it('reads on when an answer comes before the whole request', async () => {
    await open({ serve: (request, response) => void (request.url === '/early' ? response.writeHead(401, { 'content-length': 2 }).end('no') : request.resume().on('end', () => response.end('next'))) })
    const socket = await world.openTls()
    const size = 4_000_000
    socket.write(`POST /early HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: ${size}\r\n\r\n`)
    socket.write(Buffer.alloc(size))
    socket.write(requestText(host(), { path: '/second' }))
    expect(await untilClosed(socket)).toMatch(/401 Unauthorized[^]*200 OK[^]*next/)
  })

  it('cuts the client’s answer when the server’s is cut', async () => {
    await open({ serve: (request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => request.socket.destroy())
    } })
    const answer = await world.sendTls(requestText(host()))
    expect(answer).toContain('Content-Length: 100'.toLowerCase())
    expect(bodyOf(answer)).toBe('half')
  })

  it.each([
    ['closes at once', (socket: Socket) => socket.destroy(), 502, 'gateway/unreachable'],
    ['says nonsense', (socket: Socket) => socket.end('hello\r\n\r\n'), 502, 'gateway/malformed-answer'],
    ['gives two lengths', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'), 502, 'gateway/malformed-answer'],
    ['never ends its head', (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\n${'X-A: bbbbbbbbbbbbbbbb\r\n'.repeat(20_000)}`), 502, 'gateway/malformed-answer'],
    ['changes the protocol unasked', (socket: Socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'), 502, 'gateway/malformed-answer'],
  ])('answers 502 when a server %s', async (_name, behave, status, rule) => {
    const server = createTcp((socket) => socket.on('error', () => undefined).once('data', () => behave(socket)))
    const port = await listen(server)
    await open({ table: { revision: 1, rules: [{ rule: 'r', host: '*', port, action: 'authorize' }], otherwise: 'deny' } })
    const place = `a.test:${port}`
    const answer = await world.sendPlain(requestText(place, { path: `http://${place}/` }))
    expect([statusOf(answer), ruleOf(answer)]).toEqual([status, rule])
    server.close()
  })

  it('answers 504 when a server says nothing', async () => {
    let came: (() => void) | undefined
    const arrived = new Promise<void>((resolve) => (came = resolve))
    await open({ serve: () => came?.() })
    const answer = world.sendTls(requestText(host()))
    await arrived
    await new Promise((resolve) => setImmediate(resolve))
    world.clock.advance(600_000)
    expect(ruleOf(await answer)).toBe('gateway/answer-timeout')
  })

  it('lets an answer that began before its request was out take its time', async () => {
    let rest: (() => void) | undefined
    await open({ serve: (request, response) => {
      response.write('early')
      request.resume().on('end', () => (rest = () => response.end('late')))
    } })
    const socket = await world.openTls()
    socket.write(`POST / HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\nContent-Length: 1\r\n\r\n`)
    await until(socket, 'early')
    socket.write('x')
    await expect.poll(() => rest !== undefined).toBe(true)
    world.clock.advance(3_600_000)
    rest?.()
    expect(await untilClosed(socket)).toContain('late')
  })

  it('answers 504 when a server takes the connection and never finishes the handshake', async () => {
    const silent = createTcp((socket) => socket.on('error', () => undefined).resume())
    const port = await listen(silent)
    const arrived = once(silent, 'connection')
    await open({ table: { revision: 1, rules: [{ rule: 'r', host: '*', port, action: 'authorize' }], otherwise: 'deny' } })
    const answer = world.sendTls(requestText(`a.test:${port}`), { connect: `a.test:${port}` })
    await arrived
    world.clock.advance(30_000)
    expect([statusOf(await answer), ruleOf(await answer)]).toEqual([504, 'gateway/connect-timeout'])
    silent.close()
  })

  it('says why it could not connect', async () => {
    await open({ resolve: (name) => (name === 'none.test' ? Promise.reject(new Error('NXDOMAIN')) : Promise.resolve(name === 'empty.test' ? [] : ['127.0.0.2'])), exceptions: [{ address: '127.0.0.0/8' }] })
    const answerOf = async (name: string) => ruleOf(await world.sendTls(requestText(`${name}:${world.ports.https}`), { sni: name }))
    expect(await answerOf('none.test')).toBe('gateway/no-such-host')
    expect(await answerOf('empty.test')).toBe('gateway/no-such-host')
    expect(await answerOf('closed.test')).toBe('gateway/unreachable')
  })

  it('dials only what was checked, whatever a second question would give', async () => {
    const asked: string[] = []
    await open({ resolve: (name) => {
      asked.push(name)
      return Promise.resolve(asked.length === 1 ? ['127.0.0.1', '10.0.0.1', '::ffff:10.0.0.1'] : ['10.0.0.1'])
    } })
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    expect(asked).toEqual(['a.test'])
  })
})

describe('keep-alive', () => {
  it('uses a connection to a server again', async () => {
    const sockets = new Set<unknown>()
    await open({ serve: (request, response) => {
      sockets.add(request.socket)
      response.end('x')
    } })
    for (let round = 0; round < 3; round += 1) expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    expect(sockets.size).toBe(1)
  })

  it('asks again when a server closes the pooled connection under a request', async () => {
    let answers = 0
    await open({ serve: (request, response) => {
      answers += 1
      if (answers === 2) request.socket.destroy()
      else response.end('x')
    } })
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    expect(answers).toBe(3)
  })

  it('never sends a write twice', async () => {
    let answers = 0
    await open({ serve: (request, response) => {
      answers += 1
      if (answers === 2) request.socket.destroy()
      else response.end('x')
    } })
    await world.sendTls(requestText(host()))
    expect(statusOf(await world.sendTls(requestText(host(), { method: 'POST', headers: ['Content-Length: 1'], body: 'x' })))).toBe(502)
    expect(answers).toBe(2)
  })
})

describe('100-continue', () => {
  const head = (length: number) => `POST / HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`

  it('passes the server’s word on, then the body', async () => {
    await open({ serve: (request, response) => void request.pipe(response) })
    const socket = await world.openTls()
    socket.write(head(4))
    await until(socket, '100 Continue')
    socket.write('body')
    expect(await untilClosed(socket)).toMatch(/200 OK[^]*body/)
  })

  it('goes on by itself when the server does not know it', async () => {
    const server = createHttpServer((request, response) => void request.pipe(response))
    server.on('checkContinue', (request, response) => void request.pipe(response)) // Never says "continue".
    const port = await listen(server)
    await open({ table: { revision: 1, rules: [{ rule: 'r', host: '*', port, action: 'authorize' }], otherwise: 'deny' } })
    const { connect } = await import('node:net')
    const socket = connect(world.ports.proxy, '127.0.0.1')
    const requests = once(server, 'checkContinue')
    socket.write(`POST http://a.test:${port}/ HTTP/1.1\r\nHost: a.test:${port}\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`)
    await requests
    world.clock.advance(1_000)
    const [said] = (await once(socket, 'data')) as [Buffer]
    expect(String(said)).toContain('100 Continue')
    socket.write('body')
    expect(await untilClosed(socket)).toMatch(/200 OK[^]*body/)
    server.close()
  })

  it('refuses before the body is sent', async () => {
    await open({ authorize: () => Promise.resolve({ type: 'deny', rule: 'r', message: 'No.' }) })
    const answer = await world.sendTls(head(1_000_000))
    expect([statusOf(answer), ruleOf(answer)]).toEqual([403, 'r'])
    expect(answer).not.toContain('100 Continue')
  })
})

describe('WebSocket', () => {
  const ask = (extra = '') => `GET /socket HTTP/1.1\r\nHost: ${host()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`
  const agree = (): void => void world.upstream.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nhello`)
    socket.pipe(socket)
  })

  it('joins both sides when the server agrees', async () => {
    await open()
    agree()
    const socket = await world.openTls()
    socket.write(ask())
    await until(socket, 'hello')
    socket.write('ping')
    await until(socket, 'ping')
    expect(world.asked).toMatchObject([{ upgrade: 'websocket', path: '/socket' }])
    socket.end()
  })

  it('is refused like any request', async () => {
    await open({ authorize: () => Promise.resolve({ type: 'deny', rule: 'no-sockets', message: 'No.' }) })
    agree()
    const answer = await world.sendTls(ask())
    expect([statusOf(answer), ruleOf(answer)]).toEqual([403, 'no-sockets'])
  })

  it('passes on what else a server answers', async () => {
    await open({ serve: (_request, response) => response.writeHead(404).end('no socket here') })
    const answer = await world.sendTls(ask())
    expect([statusOf(answer), bodyOf(answer)]).toEqual([404, expect.stringContaining('no socket here')])
  })
})
