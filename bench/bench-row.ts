/** One measured line: ours beside its floor, taken in the same run. */
export interface BenchRow {
  readonly id: string
  readonly measure: string
  readonly ours: number
  readonly floor: number
  readonly unit: string
  readonly bar: string
  readonly met: boolean
  /** Processes that wanted a processor when the measure began, of others too: above the number of cores, absolute figures say little. */
  readonly load?: number
  /** Where it goes, for people. */
  readonly note?: string
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
