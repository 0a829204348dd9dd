import { z } from 'zod'
import { TokenSums } from '../view/session-view.ts'

/** What a usage report is grouped by. */
export const UsageKey = z.enum(['day', 'model', 'harness', 'agent', 'session'])
export type UsageKey = z.infer<typeof UsageKey>

const epochMs = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const timeZone = z.string().max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin')

/** GET /v1/usage. Times in epoch ms: `from` counts in, `to` does not. A day is one of the time zone. */
export const AskUsage = z.object({
  by: UsageKey.default('day'),
  from: epochMs.optional(),
  to: epochMs.optional(),
  time_zone: timeZone.default('UTC'),
  /** Only of this tree: a session and all its sub-agents. */
  tree: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
})
export type AskUsage = z.infer<typeof AskUsage>

/** Sums over settled model calls. Money in integer micro-dollars. */
export const UsageSums = z.object({
  calls: z.number().int(),
  /** Calls whose price is not known; no part of any sum of money. */
  unpriced: z.number().int(),
  microUsd: z.number().int(),
  /** What calls would have cost that a subscription covers. */
  planMicroUsd: z.number().int(),
  ...TokenSums.shape,
})
export type UsageSums = z.infer<typeof UsageSums>

/** `key`: the day as YYYY-MM-DD, the model, the harness, the agent’s name, or the session. Empty where it is not known. `title`: of the session. */
export const UsageGroup = z.object({ key: z.string(), title: z.string().optional(), ...UsageSums.shape })
export type UsageGroup = z.infer<typeof UsageGroup>

/** Days newest first, other groups dearest first. `total` is over all groups, also those that `limit` left out. */
export const UsageReport = z.object({ by: UsageKey, total: UsageSums, groups: z.array(UsageGroup), leftOut: z.number().int() })
export type UsageReport = z.infer<typeof UsageReport>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false // The only way to ask: it throws a RangeError.
  }
}
