export interface JsonSplitter {
  /** Adds bytes and returns the texts of the objects that they complete. @throws {RangeError} when one is larger than the limit. */
  push(chunk: Uint8Array): string[]
}

const [quote, backslash, openBrace, closeBrace, openBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b]

/**
 * Splits a JSON text into its objects, wherever it is cut: the one that it is, or, of an array that grows, each of its elements.
 * Works on bytes: what makes up JSON's structure is ASCII, and no byte of a longer character in UTF-8 is.
 */
export function createJsonSplitter(maxBytes: number): JsonSplitter {
  let pieces: Buffer[] = []
  let held = 0
  let depth = 0
  let [inText, escaped] = [false, false]

  const hold = (piece: Buffer) => {
    held += piece.length
    if (held > maxBytes) throw new RangeError(`an answer is longer than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  const take = (): string => {
    const text = Buffer.concat(pieces).toString('utf8')
    pieces = []
    held = 0
    return text
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const found: string[] = []
      let from = depth > 0 ? 0 : -1
      for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at]
        if (escaped) escaped = false
        else if (inText) {
          if (byte === backslash) escaped = true
          else if (byte === quote) inText = false
        } else if (byte === quote) inText = depth > 0
        else if (byte === openBrace || (byte === openBracket && depth > 0)) {
          if (depth === 0) from = at
          depth += 1
        } else if (depth > 0 && (byte === closeBrace || byte === 0x5d)) {
          depth -= 1
          if (depth > 0) continue
          hold(bytes.subarray(from, at + 1))
          found.push(take())
          from = -1
        }
      }
      // A copy: the held rest must not keep a reused read buffer alive.
      if (from !== -1) hold(Buffer.from(bytes.subarray(from)))
      return found
    },
  }
}
