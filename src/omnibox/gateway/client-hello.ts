/**
 * The first message of TLS, as far as a gateway needs it. On the wire: records `{u8 type = 22, u16 version, u16 length ≤ 16384}` with
 * pieces of handshake messages; the first message is `{u8 type = 1, u24 length}` and `{u16 version, 32 bytes random, u8-vector session id,
 * u16-vector cipher suites, u8-vector compression, u16-vector extensions}`; an extension is `{u16 type, u16-vector data}`. Type 0 is
 * the server name (a u16-vector of `{u8 kind, u16-vector name}`), type 16 the protocols (a u16-vector of u8-vectors).
 * @see RFC 8446 §4.1.2 and §5.1, RFC 6066 §3, RFC 7301 §3.1
 */
export type ClientHello =
  | { readonly type: 'hello'; readonly serverName: string | undefined; readonly protocols: readonly string[] | undefined }
  | { readonly type: 'incomplete' }
  | { readonly type: 'malformed' }
  | { readonly type: 'other' } // not TLS at all

/** Real ones are below 2 KiB, or 4 with large keys. */
export const maxHelloBytes = 16_384
/** In so many records and packets at most: each is a new look at it, and real ones need a handful. */
export const maxHelloPieces = 64

/** Reads the bytes that a connection begins with. */
export function readClientHello(bytes: Buffer): ClientHello {
  if (bytes.length > 0 && bytes[0] !== 22) return { type: 'other' }
  if (bytes.length > 1 && bytes[1] !== 3) return { type: 'other' }
  try {
    const message = firstMessage(bytes)
    return message === undefined ? { type: bytes.length > maxHelloBytes ? 'malformed' : 'incomplete' } : parseHello(message)
  } catch (error) {
    if (error instanceof RangeError) return { type: 'malformed' } // A length reaches past the end.
    throw error
  }
}

/** The body of the first handshake message, put together from its records. */
function firstMessage(bytes: Buffer): Buffer | undefined {
  let handshake = Buffer.alloc(0)
  for (let at = 0, records = 1; at + 5 <= bytes.length; records += 1) {
    if (records > maxHelloPieces) throw new RangeError('more records than any client makes')
    if (bytes[at] !== 22) throw new RangeError('another record inside the first message')
    const length = bytes.readUInt16BE(at + 3)
    if (length === 0 || length > 16_384) throw new RangeError('record length')
    handshake = Buffer.concat([handshake, bytes.subarray(at + 5, at + 5 + length)])
    at += 5 + length
    if (handshake.length < 4) continue
    if (handshake[0] !== 1) throw new RangeError('the first message is another one')
    const size = handshake.readUIntBE(1, 3)
    if (size > maxHelloBytes) throw new RangeError('message length')
    if (handshake.length >= 4 + size) return handshake.subarray(4, 4 + size)
  }
  return undefined
}

function parseHello(message: Buffer): ClientHello {
  const head = cursor(message)
  head.skip(34)
  head.vector(1)
  head.vector(2)
  head.vector(1)
  let serverName: string | undefined
  let protocols: string[] | undefined
  const extensions = cursor(head.done() ? Buffer.alloc(0) : head.vector(2))
  while (!extensions.done()) {
    const type = extensions.number(2)
    const data = cursor(extensions.vector(2))
    if (type === 0) {
      const names = cursor(data.vector(2))
      const kind = names.number(1)
      const name = names.vector(2).toString('latin1')
      // Two names would be two opinions about the target.
      if (kind !== 0 || !names.done() || serverName !== undefined) throw new RangeError('server name')
      serverName = name
    } else if (type === 16) {
      const list = cursor(data.vector(2))
      protocols = []
      while (!list.done()) protocols.push(list.vector(1).toString('latin1'))
    }
  }
  return { type: 'hello', serverName, protocols }
}

/** Reads along; `readUIntBE` and the check below throw RangeError past the end. */
function cursor(bytes: Buffer) {
  let at = 0
  const number = (size: 1 | 2): number => {
    const value = bytes.readUIntBE(at, size)
    at += size
    return value
  }
  const skip = (count: number): void => {
    if (at + count > bytes.length) throw new RangeError('too short')
    at += count
  }
  return {
    number,
    skip,
    vector(size: 1 | 2): Buffer {
      const length = number(size)
      const start = at
      skip(length)
      return bytes.subarray(start, start + length)
    },
    done: () => at >= bytes.length,
  }
}
