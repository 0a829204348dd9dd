import { Transform } from 'node:stream'
import type { Needle } from './secret-box.ts'

/**
 * Puts placeholders where secrets are in passing bytes, wherever the pieces are cut; the length stays. Held back is only an end that could
 * be the beginning of a secret: at most its length less one, and nothing of an event that ends with a new line.
 */
export function createScrubStream(needles: readonly Needle[]): Transform {
  const scrub = createScrubber(needles)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const ready = scrub.push(chunk)
      done(null, ready.length === 0 ? undefined : ready)
    },
    flush(done) {
      const rest = scrub.end()
      done(null, rest.length === 0 ? undefined : rest)
    },
  })
}

export interface Scrubber {
  push(chunk: Buffer): Buffer
  /** What was held back. */
  end(): Buffer
}

export function createScrubber(needles: readonly Needle[]): Scrubber {
  let held: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const clean = replaceAll(bytes, needles)
      const keep = Math.max(0, ...needles.map(({ find }) => openEnd(clean, find)))
      // A copy: the rest must not keep a large chunk alive.
      held = Buffer.from(clean.subarray(clean.length - keep))
      return clean.subarray(0, clean.length - keep)
    },
    end() {
      const rest = held
      held = Buffer.alloc(0)
      return rest
    },
  }
}

function replaceAll(bytes: Buffer, needles: readonly Needle[]): Buffer {
  let clean = bytes
  for (const { find, put } of needles) {
    for (let at = clean.indexOf(find); at !== -1; at = clean.indexOf(find, at + find.length)) {
      // The chunk is not ours to write in.
      if (clean === bytes) clean = Buffer.from(bytes)
      put.copy(clean, at)
    }
  }
  return clean
}

/** How many of the last bytes are the beginning of the text. */
function openEnd(bytes: Buffer, find: Buffer): number {
  const first = find[0] ?? 0
  const from = Math.max(0, bytes.length - find.length + 1)
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (bytes.compare(find, 0, bytes.length - at, at) === 0) return bytes.length - at
  }
  return 0
}
