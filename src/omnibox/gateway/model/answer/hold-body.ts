import type { Bytes } from './decode-body.ts'

/**
 * Reads a body on while nobody takes it, up to `maxBytes`, so that it is there for whoever comes: what is held comes first, the
 * rest as it arrives. What breaks it is thrown to the taker. Taken once.
 */
export function holdBody(body: Bytes, maxBytes: number): Bytes {
  const source = body[Symbol.asyncIterator]()
  const held: IteratorResult<Uint8Array>[] = []
  let bytes = 0
  let stopped = false
  let broken: { readonly cause: unknown } | undefined

  const fill = async (): Promise<void> => {
    while (!stopped && bytes < maxBytes) {
      const next = await source.next()
      held.push(next)
      if (next.done === true) return
      bytes += next.value.length
    }
  }
  const filling = fill().catch((cause: unknown) => {
    broken = { cause }
  })

  async function* take(): AsyncGenerator<Uint8Array> {
    try {
      let filled = false
      for (let at = 0; ;) {
        const each = held[at]
        if (each !== undefined) {
          at += 1
          if (each.done === true) return
          yield each.value
        } else if (filled) break
        else {
          // What is there has gone out; now for what was on its way.
          stopped = true
          await filling
          filled = true
        }
      }
      if (broken !== undefined) throw broken.cause
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
    } finally {
      await source.return?.()
    }
  }
  return take()
}
