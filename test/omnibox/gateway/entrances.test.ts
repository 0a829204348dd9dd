import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, connect } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { bodyOf, type GatewayWorld, openGatewayWorld, requestText, statusOf, untilClosed, type WorldOptions } from './gateway-world.ts'

let world: GatewayWorld
const open = async (options?: WorldOptions): Promise<GatewayWorld> => (world = await openGatewayWorld(options))
afterEach(() => world.close())
const ruleOf = (answer: string): string => (JSON.parse(bodyOf(answer)) as { error: { rule: string } }).error.rule

describe('the proxy', () => {
  it('answers CONNECT at once and judges the request inside', async () => {
    const { ports, sendTls, asked } = await open()
    const answer = await sendTls(requestText(`a.test:${ports.https}`, { path: '/x?q=1' }), { connect: `a.test:${ports.https}` })
    expect(bodyOf(answer)).toBe(`GET a.test:${ports.https} /x?q=1`)
    expect(asked).toEqual([{ session: 'ses_1', id: 'req_1', scheme: 'https', host: 'a.test', port: ports.https, method: 'GET', path: '/x', query: 'q=1' }])
  })

  it('takes whole addresses in the open', async () => {
    const { ports, sendPlain, asked } = await open()
    const host = `a.test:${ports.http}`
    expect(bodyOf(await sendPlain(requestText(host, { path: `http://${host}/x` })))).toBe(`GET ${host} /x`)
    expect(asked).toMatchObject([{ scheme: 'http', host: 'a.test', path: '/x' }])
  })

  it('refuses a path alone, and lives on', async () => {
    const { sendPlain } = await open()
    expect(statusOf(await sendPlain(requestText('a.test')))).toBe(400)
    expect(ruleOf(await sendPlain(requestText('a.test', { path: 'https://a.test/' })))).toBe('gateway/form')
  })

  it('refuses other ports, addresses and numbers at CONNECT, and says why', async () => {
    const { sendPlain } = await open()
    const connectTo = async (place: string) => ruleOf(await sendPlain(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`))
    expect(await connectTo('a.test:22')).toBe('gateway/port')
    expect(await connectTo('127.0.0.1:443')).toBe('gateway/address')
    expect(await connectTo('8.8.8.8:443')).toBe('gateway/address')
    expect(await connectTo('[::1]:443')).toBe('gateway/address')
    expect(await connectTo('2130706433:443')).toBe('gateway/numeric-host')
    expect(await connectTo('user@a.test:443')).toBe('gateway/userinfo')
  })

  it('goes to an address that a rule names', async () => {
    const { ports, sendTls, asked } = await open({ exceptions: [{ address: '127.0.0.1', literal: true }], protections: { verifyUpstream: false } })
    const place = `127.0.0.1:${ports.https}`
    expect(bodyOf(await sendTls(requestText(place), { connect: place, sni: '' }))).toBe(`GET ${place} /`)
    expect(asked).toMatchObject([{ host: '127.0.0.1' }])
  })

  it('answers on a unix socket as well', async () => {
    const { gateway, ports } = await open()
    const folder = await mkdtemp(join(tmpdir(), 'omni-gateway-'))
    const server = createServer().listen(join(folder, 'way-out.sock'))
    await once(server, 'listening')
    gateway.serve('proxy', server)
    const client = connect(join(folder, 'way-out.sock'))
    const host = `a.test:${ports.http}`
    client.write(requestText(host, { path: `http://${host}/` }))
    expect(bodyOf(await untilClosed(client))).toBe(`GET ${host} /`)
    await rm(folder, { recursive: true })
  })
})

describe('connections as if to the target', () => {
  it('reads the host from the TLS greeting', async () => {
    const { ports, sendTls } = await open()
    expect(bodyOf(await sendTls(requestText(`b.test:${ports.https}`), { sni: 'B.test' }))).toBe(`GET b.test:${ports.https} /`)
  })

  it('reads the host of plain HTTP from Host', async () => {
    const { ports, sendPlain } = await open()
    expect(bodyOf(await sendPlain(requestText(`b.test:${ports.http}`), 'plain'))).toBe(`GET b.test:${ports.http} /`)
  })

  it('answers several requests on one connection, each judged', async () => {
    const { ports, sendTls, asked } = await open({ authorize: ({ path }) => Promise.resolve(path === '/no' ? { type: 'deny', rule: 'r', message: 'No.' } : { type: 'allow' }) })
    const host = `Host: a.test:${ports.https}`
    const answer = await sendTls(`GET /1 HTTP/1.1\r\n${host}\r\n\r\nGET /no HTTP/1.1\r\n${host}\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200'])
    expect(asked.map(({ path }) => path)).toEqual(['/1', '/no', '/2'])
  })

  it('takes no CONNECT inside of a connection', async () => {
    const { sendTls } = await open()
    expect(statusOf(await sendTls('CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n'))).toBe(405)
  })

  it('refuses what is not TLS, in words where somebody reads them', async () => {
    const { sendPlain, ports, events } = await open()
    expect(await sendPlain('SSH-2.0-x\r\n', 'tls')).toMatch(/^omnibox: Only HTTPS/)
    expect(ruleOf(await sendPlain(requestText('a.test'), 'tls'))).toBe('gateway/not-tls')
    expect(await sendPlain(`CONNECT a.test:${ports.https} HTTP/1.1\r\nHost: a.test:${ports.https}\r\n\r\nSSH-2.0-x\r\n`)).toMatch(/200 Connection[^]*omnibox: Only HTTPS/)
    expect(events).toMatchObject([{ type: 'decided', verdict: 'denied', by: 'gateway', rule: 'gateway/not-tls' }, { type: 'decided', rule: 'gateway/not-tls', request: { host: 'a.test' } }])
  })

  it('refuses clients that only speak HTTP/2, and those that name no host', async () => {
    const { openTls, events } = await open()
    await expect(openTls({ protocols: ['h2'] })).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' })
    await expect(openTls({ sni: '' })).rejects.toThrow(/unrecognized name/)
    expect((await openTls({ protocols: ['h2', 'http/1.1'] })).alpnProtocol).toBe('http/1.1')
    expect(events.map((event) => (event.type === 'decided' ? event.rule : ''))).toEqual(['gateway/protocol', 'gateway/no-server-name'])
  })
})

describe('DNS', () => {
  const ask = async (gateway: GatewayWorld['gateway'], name: string, type = 1): Promise<{ code: number; address: string }> => {
    const [server, client] = [createSocket('udp4'), createSocket('udp4')]
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    gateway.serveDns(server, '198.18.0.1')
    const head = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]))
    client.send(Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1])]), server.address().port, '127.0.0.1')
    const [answer] = (await once(client, 'message')) as [Buffer]
    client.close()
    return { code: answer.readUInt16BE(2) & 15, address: answer.readUInt16BE(6) === 1 ? [...answer.subarray(-4)].join('.') : '' }
  }

  it('gives one address to what may be reached, and no name to the rest', async () => {
    const { gateway } = await open({ table: { revision: 1, rules: [{ rule: 'r', host: 'a.test', action: 'allow' }, { rule: 'q', host: '*.b.test', action: 'authorize' }], otherwise: 'deny' } })
    expect(await ask(gateway, 'A.test')).toEqual({ code: 0, address: '198.18.0.1' })
    expect(await ask(gateway, 'x.b.test')).toEqual({ code: 0, address: '198.18.0.1' })
    expect(await ask(gateway, 'a.test', 28)).toEqual({ code: 0, address: '' })
    expect(await ask(gateway, 'data.elsewhere.test')).toEqual({ code: 3, address: '' })
    expect(await ask(gateway, '127.0.0.1')).toEqual({ code: 3, address: '' })
  })
})
