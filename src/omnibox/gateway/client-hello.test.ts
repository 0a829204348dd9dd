import { Duplex } from 'node:stream'
import { connect, type ConnectionOptions } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClientHello } from './client-hello.ts'

/** What Node's own client begins with. */
const greet = (options: ConnectionOptions): Promise<Buffer> => new Promise((resolve) => {
  const socket = new Duplex({ read: () => undefined, write: (chunk: Buffer, _encoding, done) => {
    resolve(chunk)
    done()
  } })
  connect({ socket, ...options }).on('error', () => undefined)
})
const hello = await greet({ servername: 'example.org', ALPNProtocols: ['h2', 'http/1.1'] })
/** The same message in records of so many bytes each. */
const inRecords = (size: number): Buffer => Buffer.concat(Array.from({ length: Math.ceil((hello.length - 5) / size) }, (_, index) => hello.subarray(5 + index * size, 5 + (index + 1) * size)).flatMap((piece) => [Buffer.from([22, 3, 1, 0, piece.length]), piece]))

describe('the first message of TLS', () => {
  it('names the host and the protocols', async () => {
    expect(readClientHello(hello)).toEqual({ type: 'hello', serverName: 'example.org', protocols: ['h2', 'http/1.1'] })
    expect(readClientHello(await greet({ servername: 'b.test' }))).toMatchObject({ serverName: 'b.test', protocols: undefined })
    expect(readClientHello(await greet({ host: '127.0.0.1' }))).toMatchObject({ type: 'hello', serverName: undefined })
  })

  it('is waited for until its last byte, however it comes', () => {
    for (let length = 0; length < hello.length; length += 1) expect(readClientHello(hello.subarray(0, length))).toEqual({ type: 'incomplete' })
    expect(readClientHello(inRecords(40))).toMatchObject({ serverName: 'example.org' })
  })

  it('is told from other protocols by its first bytes', () => {
    for (const text of ['GET / HTTP/1.1', 'SSH-2.0-x', '\u0000', '\u0016\u0009']) expect(readClientHello(Buffer.from(text, 'latin1'))).toEqual({ type: 'other' })
  })

  it('never breaks the reader, whatever it is', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(40), (changes, more) => {
      const bytes = Buffer.concat([hello, Buffer.alloc(more, 1)])
      for (const [at, value] of changes) bytes[at] = value
      expect(['hello', 'incomplete', 'malformed', 'other']).toContain(readClientHello(bytes).type)
    }), { numRuns: 2_000 })
  })

  it('is not waited for without end', () => {
    expect(readClientHello(inRecords(1))).toEqual({ type: 'malformed' })
    expect(readClientHello(Buffer.concat([Buffer.from([22, 3, 1, 64, 0, 1, 0, 255, 255]), Buffer.alloc(20_000)]))).toEqual({ type: 'malformed' })
  })
})
