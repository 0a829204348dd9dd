/**
 * DER, the part that certificates need: a value is a tag, a length (one byte below 128, else 0x80 + the count of length bytes,
 * then these) and its content.
 * @see X.690 §8 and §10; X.509 and RFC 5280 for what is made of it
 */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content])
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff]
  throw new RangeError('no certificate is this long')
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
export const set = (...contents: readonly Uint8Array[]): Buffer => der(0x31, ...contents)
export const octets = (...contents: readonly Uint8Array[]): Buffer => der(0x04, ...contents)
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]))
/** A text of letters, digits and the like as UTF8String. */
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value, 'utf8'))
/** All eight bits of each byte count. */
export const bits = (value: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), value)
/** `[number]` with what is inside kept as it is. */
export const explicit = (number: number, ...contents: readonly Uint8Array[]): Buffer => der(0xa0 | number, ...contents)
/** `[number]` in place of the tag of a simple type. */
export const implicit = (number: number, content: Uint8Array): Buffer => der(0x80 | number, content)

/** A positive integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1
  const shortest = bytes.subarray(start)
  return (shortest[0] ?? 0) >= 0x80 ? der(0x02, Buffer.from([0]), shortest) : der(0x02, shortest)
}

/** An object identifier as people write it: `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest.flatMap(base128)]
  return der(0x06, Buffer.from(bytes))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80)
  return bytes
}

/** UTCTime until 2049, GeneralizedTime from then on, both in seconds (RFC 5280 §4.1.2.5). */
export function time(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050 ? der(0x17, Buffer.from(digits.slice(2), 'ascii')) : der(0x18, Buffer.from(digits, 'ascii'))
}
