import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Tokens of one model call (or one turn, where the program reports no finer). `input` counts uncached input only. */
export const Usage = z.object({
  input: count,
  output: count,
  cacheRead: count.optional(),
  cacheWrite: count.optional(),
  reasoning: count.optional(),
  /** What the program says it cost, in micro-dollars (1e-6 USD). */
  reportedMicroUsd: count.optional(),
})
export type Usage = z.infer<typeof Usage>
