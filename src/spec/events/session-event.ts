import { z } from 'zod'
import type { Author, Envelope, Source } from './envelope.ts'
import { sessionData } from './session-data.ts'
import { turnData } from './turn-data.ts'
import { upcast } from './upcast/upcast.ts'

/** Event types, version 1: each a fact in the past tense. A type's current version is in `versions`. */
export const eventData = { ...sessionData, ...turnData } as const
export type EventType = keyof typeof eventData
export type EventData<Type extends EventType> = z.infer<(typeof eventData)[Type]>

type Known = { [Type in EventType]: Omit<Envelope, 'type' | 'data'> & { readonly type: Type; readonly data: EventData<Type> } }[EventType]
/** Written by a newer version, of unknown type, or erased: kept, shown as one grey row, never guessed at. */
export type Unsupported = Omit<Envelope, 'data'> & {
  readonly type: 'unsupported'
  readonly data: { readonly type: string; readonly v: number; readonly why: 'unknown-type' | 'newer-version' | 'erased' }
}
export type SessionEvent = Known | Unsupported

/** An event before the writer numbers and chains it. */
export type NewEvent = {
  [Type in EventType]: {
    readonly session: string
    readonly turn?: string
    readonly type: Type
    readonly by: Author
    readonly cause: string | number
    readonly src?: Source
    readonly data: EventData<Type>
  }
}[EventType]

/** The version this code writes and reads; a type not named here is at 1. */
export const versions: Partial<Record<EventType, number>> = {}
export const versionOf = (type: EventType): number => versions[type] ?? 1

const isKnown = (type: string): type is EventType => Object.hasOwn(eventData, type)

/** Families whose unknown members stop a tree from deciding: guessing there could allow what was forbidden. */
const decisive = /^(policy|approval|money|tool|grant)\./

export const blocksDecisions = (event: SessionEvent): boolean =>
  event.type === 'unsupported' && event.data.why !== 'erased' && decisive.test(event.data.type)

/**
 * Turns a stored envelope into an event this version understands. Old versions are upcast in memory; nothing stored is
 * rewritten. Data of known type and version is trusted: it was checked when it was written or imported.
 */
export function readEvent(stored: Envelope): SessionEvent {
  const unsupported = (why: Unsupported['data']['why']): Unsupported => ({
    ...stored,
    type: 'unsupported',
    data: { type: stored.type, v: stored.v, why },
  })
  if (isErased(stored.data)) return unsupported('erased')
  if (!isKnown(stored.type)) return unsupported('unknown-type')
  if (stored.v > versionOf(stored.type)) return unsupported('newer-version')
  // Proof: type is known and the version is current after upcasting.
  return { ...stored, data: upcast(stored.type, stored.v, stored.data) } as Known
}

/** The same, for bytes from outside (import): data is checked against its schema. */
export function checkEvent(stored: Envelope): { ok: true; event: SessionEvent } | { ok: false; problem: string } {
  const event = readEvent(stored)
  if (event.type === 'unsupported') return { ok: true, event }
  const result = eventData[event.type].safeParse(event.data)
  if (result.success) return { ok: true, event }
  return { ok: false, problem: z.prettifyError(result.error) }
}

export function isErased(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'erased' in data && Object.keys(data).length === 1
}
