import type { NumberedFact } from '../../spec/ports/host-link.ts'

export interface WaitingFact {
  readonly fact: NumberedFact
  /** Size of its JSON. */
  readonly bytes: number
}

/**
 * Takes the facts of `epoch` up to `n` out of `waiting`, which is in order: epoch by epoch, numbers rising in each.
 * Returns what was taken out.
 */
export function dropAcknowledged(waiting: WaitingFact[], epoch: string, n: number): WaitingFact[] {
  const from = waiting.findIndex(({ fact }) => fact.epoch === epoch)
  if (from === -1) return []
  let to = from
  for (let next = waiting[to]; next?.fact.epoch === epoch && next.fact.n <= n; next = waiting[to]) to += 1
  return waiting.splice(from, to - from)
}
