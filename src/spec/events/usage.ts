import { z } from 'zod'

const count = z.number().int().nonnegative()

/**
 * Tokens of one model call (or one turn, where the program reports no finer). The prompt is `input`, which counts uncached
 * input only, and `cacheRead` and `cacheWrite` beside it. `cacheWrite1h` is a part of `cacheWrite`, `reasoning` one of `output`.
 */
export const Usage = z.object({
  input: count,
  output: count,
  cacheRead: count.optional(),
  cacheWrite: count.optional(),
  /** Written to a cache that lasts an hour. */
  cacheWrite1h: count.optional(),
  reasoning: count.optional(),
  /** What the program says it cost, in micro-dollars (1e-6 USD). */
  reportedMicroUsd: count.optional(),
  /** The same of a program that tells no price of a single call: what this call and those before it in the turn cost since it last said so. */
  reportedSinceMicroUsd: count.optional(),
})
export type Usage = z.infer<typeof Usage>
