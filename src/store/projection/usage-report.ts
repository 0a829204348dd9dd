import type { AskUsage, UsageGroup, UsageReport, UsageSums } from '../../spec/api/usage.ts'

/** Time zones differ by whole quarters of an hour, so a quarter lies in one day of each. */
export const quarterMs = 15 * 60_000

/** Sums of one group; of a quarter of an hour (`key`: its number since 1970) where days are wanted. */
export type UsagePart = UsageGroup

/** Makes the report of what a store has summed up. */
export function usageReport(query: Pick<AskUsage, 'by' | 'time_zone' | 'limit'>, parts: readonly UsagePart[]): UsageReport {
  const { by, limit } = query
  const groups = by === 'day' ? inDays(parts, query.time_zone) : [...parts].toSorted(dearestFirst)
  return { by, total: parts.reduce<UsageSums>(addSums, noUsage), groups: groups.slice(0, limit), leftOut: Math.max(0, groups.length - limit) }
}

const noUsage: UsageSums = { calls: 0, unpriced: 0, microUsd: 0, planMicroUsd: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

export function addSums(left: UsageSums, right: UsageSums): UsageSums {
  return {
    calls: left.calls + right.calls, unpriced: left.unpriced + right.unpriced, microUsd: left.microUsd + right.microUsd, planMicroUsd: left.planMicroUsd + right.planMicroUsd,
    input: left.input + right.input, output: left.output + right.output, cacheRead: left.cacheRead + right.cacheRead, cacheWrite: left.cacheWrite + right.cacheWrite,
  }
}

function inDays(parts: readonly UsagePart[], timeZone: string): UsageGroup[] {
  // The Swedish form of a date is the ISO one.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const days = new Map<string, UsageSums>()
  for (const { key, ...sums } of parts) {
    const day = format.format(Number(key) * quarterMs)
    days.set(day, addSums(days.get(day) ?? noUsage, sums))
  }
  return [...days].map(([key, sums]) => ({ key, ...sums })).toSorted((left, right) => (left.key < right.key ? 1 : -1))
}

/** With the same money more calls come first, so that what has no price is not lost at the end. */
function dearestFirst(left: UsageGroup, right: UsageGroup): number {
  return right.microUsd + right.planMicroUsd - left.microUsd - left.planMicroUsd || right.calls - left.calls || (left.key < right.key ? -1 : 1)
}
