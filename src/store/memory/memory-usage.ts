import type { AskUsage, UsageReport } from '../../spec/api/usage.ts'
import { type SettledCall, settledCalls } from '../projection/settled-calls.ts'
import { addSums, quarterMs, type UsagePart, usageReport } from '../projection/usage-report.ts'
import type { MemoryDisk, MemoryLane } from './memory-disk.ts'

/** The report, from every log: right, and fast enough for tests and simulations. */
export function memoryUsage(disk: MemoryDisk, query: AskUsage): UsageReport {
  const { from = 0, to = Number.POSITIVE_INFINITY, tree: only } = query
  const parts = new Map<string, UsagePart>()
  for (const { tree, events } of disk.trees.values()) {
    if (only !== undefined && tree !== only) continue
    for (const call of settledCalls(tree, events)) {
      if (call.at < from || call.at >= to) continue
      const part = { ...keyOf(query.by, call, disk.lanes.get(call.session)), ...sumsOf(call) }
      const before = parts.get(part.key)
      parts.set(part.key, before === undefined ? part : { ...before, ...addSums(before, part) })
    }
  }
  return usageReport(query, [...parts.values()])
}

function keyOf(by: AskUsage['by'], call: SettledCall, lane: MemoryLane | undefined): Pick<UsagePart, 'key' | 'title'> {
  const row = lane?.row
  switch (by) {
    case 'day': return { key: String(Math.floor(call.at / quarterMs)) }
    case 'model': return { key: call.model }
    case 'harness': return { key: call.harness ?? row?.harness ?? '' }
    case 'agent': return { key: row?.agent ?? '' }
    case 'session': return { key: call.session, title: row?.title ?? '' }
    default: return assertNever(by)
  }
}

function sumsOf({ plan, microUsd, input, output, cacheRead, cacheWrite }: SettledCall) {
  return {
    calls: 1, unpriced: microUsd === undefined ? 1 : 0, microUsd: plan ? 0 : (microUsd ?? 0), planMicroUsd: plan ? (microUsd ?? 0) : 0,
    input, output, cacheRead, cacheWrite,
  }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected key ${JSON.stringify(value)}`)
}
