import type { Envelope } from '../../spec/events/envelope.ts'
import { readEvent } from '../../spec/events/session-event.ts'

/** A settled model call, as a usage report counts it. Calls of one tree are told apart by `seq`. */
export interface SettledCall {
  readonly seq: number
  readonly session: string
  readonly at: number
  /** Empty where it is not known. */
  readonly model: string
  /** Undefined in older logs: then the session's. */
  readonly harness: string | undefined
  readonly plan: boolean
  /** Undefined where the price is not known. */
  readonly microUsd: number | undefined
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** More than any call has; what a broken program claims must not make the sums of all sessions inexact. */
const most = 1e12

/** The calls that these events settle: of the tree's own events only, since what a fork took over was paid for by its source. */
export function settledCalls(tree: string, events: readonly Envelope[]): SettledCall[] {
  return events.filter((event) => event.tree === tree && event.type === 'money.settled').flatMap((stored) => {
    const event = readEvent(stored)
    if (event.type !== 'money.settled') return []
    const { seq, session, at, data: { usage, microUsd, billing, harness, model = '' } } = event
    const { input, output, cacheRead = 0, cacheWrite = 0 } = usage
    return [{
      seq, session, at, model, harness, plan: billing === 'plan', microUsd: microUsd === null ? undefined : Math.min(microUsd, most),
      input: Math.min(input, most), output: Math.min(output, most), cacheRead: Math.min(cacheRead, most), cacheWrite: Math.min(cacheWrite, most),
    }]
  })
}
