import { z } from 'zod'

/** `250ms`, `30s`, `10m`, `8h`, `7d`. */
export const Duration = z.string().regex(/^\d{1,9}(?:ms|s|m|h|d)$/, 'must be a time such as 30s, 10m, 8h or 7d')
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a `Duration`. */
export function durationMs(text: string): number {
  const [, count = '0', unit = 'ms'] = /^(\d+)(\D+)$/.exec(text) ?? []
  return Number(count) * (unitMs[unit] ?? 1)
}

export const verdicts = ['allow', 'warn', 'ask', 'deny'] as const
export type Verdict = (typeof verdicts)[number]

/** The stricter of two; the lattice is `allow < warn < ask < deny`. */
export const stricter = (left: Verdict, right: Verdict): Verdict => (verdicts.indexOf(left) >= verdicts.indexOf(right) ? left : right)

export const levels = ['server', 'agent', 'session'] as const
export type Level = (typeof levels)[number]

export const scopes = ['turn', 'session', 'tree', 'agent', 'user', 'team', 'server'] as const
export const roles = ['owner', 'approver', 'admin'] as const
export type Role = (typeof roles)[number]
