import { Readable, type Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'

export type Bytes = AsyncIterable<Uint8Array>

/**
 * A body without its content encodings, given as the header `content-encoding` lists them. Of a body that is cut, all that can be
 * decoded comes first. Undefined for an encoding that nobody here knows.
 * @see RFC 9110, section 8.4
 */
export function decodeBody(body: Bytes, encodings: string | undefined): Bytes | undefined {
  const names = (encodings ?? '').split(',').map((each) => each.trim().toLowerCase()).filter((each) => each !== '' && each !== 'identity')
  // Applied in the order given, so they come off from the end.
  return names.toReversed().reduce<Bytes | undefined>((inner, name) => (inner === undefined ? undefined : decodeOne(inner, name)), body)
}

function decodeOne(body: Bytes, name: string): Bytes | undefined {
  switch (name) {
    case 'gzip':
    case 'x-gzip': return through(body, () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
    case 'br': return through(body, () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }))
    case 'zstd': return through(body, () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }))
    case 'deflate': return through(body, (first) => inflater(first))
    default: return undefined
  }
}

/** Half of the world leaves out the zlib wrapper that "deflate" means; its first byte shows it. */
function inflater(first: number): Transform {
  const options = { finishFlush: constants.Z_SYNC_FLUSH }
  return (first & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options)
}

async function* through(body: Bytes, create: (firstByte: number) => Transform): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]()
  let broken: { readonly cause: unknown } | undefined
  let input: Readable | undefined
  try {
    let first = await source.next()
    while (first.done !== true && first.value.length === 0) first = await source.next()
    if (first.done === true) return
    const rest = async function* (chunk: Uint8Array): AsyncGenerator<Uint8Array> {
      yield chunk
      try {
        for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
      } catch (cause) {
        // Ends the decoder as an end does, so that it gives what it has; the reason is thrown after that.
        broken = { cause }
      }
    }
    const decoder = create(first.value[0] ?? 0)
    input = Readable.from(rest(first.value))
    input.pipe(decoder)
    // Proof: a decompressing stream gives buffers.
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) yield chunk
    if (broken !== undefined) throw broken.cause
  } finally {
    input?.destroy()
    await source.return?.()
  }
}
