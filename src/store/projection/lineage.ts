import type { Envelope } from '../../spec/events/envelope.ts'
import { readEvent } from '../../spec/events/session-event.ts'

/** A lane that a fork's conversation came from: `session` up to event `seq`. Newest first. */
export interface Ancestor {
  readonly session: string
  readonly seq: number
}

/** The lanes that a fork's conversation came from, read from the events of a log that holds its prefix. */
export function lineageOf(events: readonly Envelope[], session: string): Ancestor[] {
  const lineage: Ancestor[] = []
  let lane = session
  for (const stored of events.toReversed()) {
    if (stored.type !== 'session.forked' || stored.session !== lane) continue
    const event = readEvent(stored)
    if (event.type !== 'session.forked') continue
    lane = event.data.from.session
    lineage.push({ session: lane, seq: event.data.from.seq })
  }
  return lineage
}

/** True when an item of `session` with `key` belongs to the conversation that `lineage` describes. */
export function inLineage(lineage: readonly Ancestor[], session: string, key: number): boolean {
  const index = lineage.findIndex((ancestor) => ancestor.session === session && key <= ancestor.seq)
  return index !== -1 && key > (lineage[index + 1]?.seq ?? 0)
}
