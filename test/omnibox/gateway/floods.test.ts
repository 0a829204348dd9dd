import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { GatewayEvent } from '../../../src/spec/net/gateway-event.ts'
import { type GatewayWorld, openGatewayWorld, requestText, statusOf, untilClosed, type WorldOptions } from './gateway-world.ts'

let world: GatewayWorld
const open = async (options?: WorldOptions): Promise<GatewayWorld> => (world = await openGatewayWorld(options))
afterEach(() => world.close())
const host = (): string => `a.test:${world.ports.https}`
const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  await once(socket, 'connect')
  return socket.resume()
}

describe('many who say nothing', () => {
  it('leaves room for one who does', async () => {
    const { ports } = await open()
    const silent = await Promise.all(Array.from({ length: 400 }, (_, index) => dial(index % 2 === 0 ? ports.proxy : ports.tls)))
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    await expect.poll(() => silent.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length).toBeGreaterThanOrEqual(144)
    for (const socket of silent) socket.destroy()
  })

  it('would not, without its limits', async () => {
    const { ports } = await open({ protections: { limits: false } })
    const silent = await Promise.all(Array.from({ length: 300 }, () => dial(ports.proxy)))
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    world.clock.advance(3_600_000)
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
    expect(silent.filter(({ destroyed, readableEnded }) => destroyed || readableEnded)).toEqual([])
    for (const socket of silent) socket.destroy()
  })

  it('ends them after half a minute', async () => {
    const { ports, clock } = await open()
    const socket = await dial(ports.proxy)
    socket.write('GET http://a.test/ HTTP/1.1\r\nHost: a')
    await world.sendPlain('x\r\n\r\n') // Both have been accepted by now.
    const closed = untilClosed(socket)
    clock.advance(31_000)
    await closed
  })

  it('ends one that stops in the middle of its second request', async () => {
    const { ports, clock } = await open({ serve: (_request, response) => response.end('first') })
    const socket = await dial(ports.plain)
    socket.write(`GET / HTTP/1.1\r\nHost: a.test:${ports.http}\r\n\r\n`)
    await once(socket, 'data')
    socket.write('GET /')
    await world.sendPlain('x\r\n\r\n') // What was written before has been read by now.
    const closed = untilClosed(socket)
    clock.advance(70_000)
    clock.advance(70_000)
    await closed
  })
})

describe('too much', () => {
  it.each([
    ['headers', (place: string) => requestText(place, { headers: Array.from({ length: 129 }, (_, index) => `X-${index}: y`) })],
    ['head', (place: string) => requestText(place, { headers: [`X: ${'y'.repeat(70_000)}`] })],
    ['target', (place: string) => requestText(place, { path: `/?${'y'.repeat(70_000)}` })],
    ['path', (place: string) => requestText(place, { path: `/${'y'.repeat(9_000)}` })],
  ])('%s: refused', async (_name, text) => {
    await open()
    expect([414, 431]).toContain(statusOf(await world.sendTls(text(host()))))
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
  })

  it('of open questions: refused', async () => {
    await open({ authorize: () => new Promise(() => undefined), limits: { maxOpenAsks: 1 } })
    const socket = await world.openTls()
    socket.write(requestText(host()))
    await expect.poll(() => world.asked.length).toBe(1)
    expect(await world.sendTls(requestText(host(), { path: '/2' }))).toContain('gateway/too-many-asks')
    socket.destroy()
  })

  it('of requests on one connection: refused', async () => {
    await open({ serve: () => undefined, limits: { maxUnderWay: 3 } })
    const socket = await world.openTls()
    const text = `GET / HTTP/1.1\r\nHost: ${host()}\r\n\r\n`
    socket.write(text.repeat(10))
    await expect.poll(() => world.events.filter((event) => event.type === 'decided' && event.rule === 'gateway/too-many-requests').length).toBe(1)
    expect(world.asked).toHaveLength(3)
    socket.destroy()
  })

  it('survives an upgrade or a CONNECT behind a request that has no answer yet', async () => {
    const { ports } = await open({ serve: (_request, response) => void setImmediate(() => response.end('x')) })
    const socket = await world.openTls()
    socket.write(`GET / HTTP/1.1\r\nHost: ${host()}\r\n\r\nGET / HTTP/1.1\r\nHost: ${host()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    await untilClosed(socket)
    const place = `a.test:${ports.http}`
    const proxied = await world.sendPlain(`GET http://${place}/ HTTP/1.1\r\nHost: ${place}\r\n\r\nCONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n`)
    expect(proxied).not.toContain('established')
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
  })

  it('survives bytes of any kind at every door', async () => {
    const { ports } = await open()
    const noise = Array.from({ length: 200 }, (_, seed) => Buffer.from(Array.from({ length: 64 }, (_, index) => (seed * 7_919 + index * 104_729 + seed ** index) & 255)))
    for (const door of [ports.proxy, ports.tls, ports.plain]) {
      await Promise.all(noise.map(async (bytes) => {
        const socket = await dial(door)
        socket.end(bytes)
        await untilClosed(socket)
      }))
    }
    expect(statusOf(await world.sendTls(requestText(host())))).toBe(200)
  })
})

describe('what the gateway decides alone', () => {
  const rules = [{ rule: 'reads', host: 'a.test', method: ['GET'], action: 'allow' }, { rule: 'no', host: 'b.test', action: 'deny', message: 'Not there.' }] as const
  const kinds = (events: readonly GatewayEvent[]) => events.map((event) => [event.type, event.type === 'decided' ? event.verdict : '', event.type === 'summary' ? [event.allowed, event.denied] : ''])

  it('is reported as the first of a host and a summary a minute', async () => {
    await open({ table: { revision: 4, rules, otherwise: 'deny' }, protections: { ports: false } })
    for (let round = 0; round < 5; round += 1) await world.sendTls(requestText(host()))
    for (let round = 0; round < 3; round += 1) expect(await world.sendTls(requestText(`b.test:${world.ports.https}`), { sni: 'b.test' })).toContain('Not there.')
    world.clock.advance(60_000)
    expect(kinds(world.events)).toEqual([['decided', 'allowed', ''], ['decided', 'denied', ''], ['summary', '', [4, 0]], ['summary', '', [0, 2]]])
    expect(world.asked).toEqual([])
  })

  it('changes at once with the table', async () => {
    await open({ table: { revision: 4, rules, otherwise: 'deny' }, protections: { ports: false } })
    const get = async () => statusOf(await world.sendTls(requestText(host())))
    expect([await get(), world.asked.length]).toEqual([200, 0])
    world.gateway.revokeTable(5)
    expect([await get(), world.asked.length]).toEqual([200, 1])
    expect(world.gateway.replaceTable({ revision: 4, rules, otherwise: 'deny' })).toBe(false)
    expect(world.gateway.replaceTable({ revision: 5, rules: [], otherwise: 'deny' })).toBe(true)
    expect([await get(), world.asked.length]).toEqual([403, 1])
  })

  it('may be left to somebody else', async () => {
    const seen: string[] = []
    await open({ intercept: (request, { outgoing, send, signal }) => {
      seen.push(request.path)
      if (request.path !== '/model') return false
      void send({ host: 'a.test', port: world.ports.https, method: 'POST', path: '/real', headers: ['X-Key', 'k', 'Content-Length', '0'], signal }).then((answer) => answer.pipe(outgoing))
      return true
    } })
    expect(await world.sendTls(requestText(host(), { path: '/model' }))).toContain('POST a.test')
    expect(await world.sendTls(requestText(host(), { path: '/other' }))).toContain('/other')
    expect([seen, world.asked.map(({ path }) => path)]).toEqual([['/model', '/other'], ['/other']])
  })

  it('ends with the session', async () => {
    await open({ serve: () => undefined })
    const socket = await world.openTls()
    socket.write(requestText(host()))
    await expect.poll(() => world.asked.length).toBe(1)
    const closed = untilClosed(socket)
    await world.gateway.close()
    await closed
  })
})
