import { createHash } from 'node:crypto'

/** Numbers in [0, 1) that are the same for the same seed, on every machine. */
export function seededRandom(seed: string): () => number {
  let drawn = 0
  return () => createHash('sha256').update(`${seed}/${(drawn += 1)}`).digest().readUInt32BE() / 2 ** 32
}
