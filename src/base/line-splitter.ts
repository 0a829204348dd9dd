/** A line grew past its limit: whoever writes it is broken or hostile. The stream cannot be read on. */
export class LineTooLongError extends Error {
  readonly maxLineBytes: number

  constructor(maxLineBytes: number) {
    super(`a line is longer than ${maxLineBytes} bytes`)
    this.name = 'LineTooLongError'
    this.maxLineBytes = maxLineBytes
  }
}

export interface LineSplitter {
  /**
   * Adds bytes and returns the lines they complete, without their LF.
   * @throws {LineTooLongError} when a line exceeds the limit; the splitter then refuses everything.
   */
  push(chunk: Uint8Array): string[]
  /** The unfinished last line, if any bytes of one are left. */
  end(): string | undefined
}

/**
 * Splits bytes into lines at LF (0x0A) only: CR, U+2028 and U+2029 belong to the line. Safe for UTF-8 cut anywhere, since a
 * line is decoded as a whole; invalid bytes become U+FFFD. At most `maxLineBytes` are held.
 */
export function createLineSplitter(maxLineBytes: number): LineSplitter {
  let pieces: Buffer[] = []
  let held = 0
  let tooLong = false

  const hold = (piece: Buffer) => {
    held += piece.length
    if (held > maxLineBytes) {
      pieces = []
      tooLong = true
      throw new LineTooLongError(maxLineBytes)
    }
    if (piece.length > 0) pieces.push(piece)
  }
  const take = (): string => {
    const line = (pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)).toString('utf8')
    pieces = []
    held = 0
    return line
  }

  return {
    push(chunk) {
      if (tooLong) throw new LineTooLongError(maxLineBytes)
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const lines: string[] = []
      let from = 0
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, from)) {
        hold(bytes.subarray(from, at))
        lines.push(take())
        from = at + 1
      }
      // A copy: the held rest must not keep a large chunk, or a reused read buffer, alive.
      if (from < bytes.length) hold(Buffer.from(bytes.subarray(from)))
      return lines
    },
    end() {
      return held === 0 || tooLong ? undefined : take()
    },
  }
}

/**
 * The lines of a byte stream, the unfinished last one included.
 * @throws {LineTooLongError} see `createLineSplitter`.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<string> {
  const splitter = createLineSplitter(maxLineBytes)
  for await (const chunk of stream) yield* splitter.push(chunk)
  const rest = splitter.end()
  if (rest !== undefined) yield rest
}
