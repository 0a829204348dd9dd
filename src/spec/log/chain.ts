/**
 * The hash chain of a tree's log, version 1.
 *
 *   digest(data) = SHA-256(JCS(data))                     lower-case hex
 *   hash         = SHA-256(prev ‖ JCS(envelope without data, prev, hash) ‖ digest(data))
 *   prev         = hash of the event before; 64 zeros before event 1; in a fork, the hash of the fork point
 *
 * All parts are joined as UTF-8 text. Erased data `{erased: {at, digest}}` keeps the digest of what stood there, so the
 * chain still verifies and the erasure shows.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import type { Envelope, ErasedData } from '../events/envelope.ts'
import { isErased, type NewEvent, versionOf } from '../events/session-event.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** Where a chain stands. */
export interface ChainHead {
  readonly tree: string
  readonly seq: number
  readonly hash: string
  /** Epoch milliseconds of the last event. */
  readonly at: number
}

/** Numbers and chains one event after `head`. `at` never goes back, whatever the clock does. */
export function chainEvent(head: ChainHead, event: NewEvent, now: number): Envelope {
  const { session, turn, type, by, cause, src } = event
  // Lone surrogates can not be canonical text: replaced, as every UTF-8 encoder does.
  const data = wellFormed(event.data)
  const rest = {
    tree: head.tree, seq: head.seq + 1, session, ...(turn === undefined ? {} : { turn }), at: Math.max(now, head.at),
    type, v: versionOf(type), by, cause, ...(src === undefined ? {} : { src }),
  }
  return { ...rest, data, prev: head.hash, hash: hashOf(rest, head.hash, digestOf(data)) }
}

/** Numbers and chains several events, one after the other. */
export function chainEvents(head: ChainHead, events: readonly NewEvent[], now: number): Envelope[] {
  const chained: Envelope[] = []
  for (const event of events) chained.push(chainEvent(chained.at(-1) ?? head, event, now))
  return chained
}

/** The hash an event must have. */
export function hashEvent(event: Envelope): string {
  const { data, prev, hash: _hash, ...rest } = event
  return hashOf(rest, prev, digestOf(data))
}

export function digestOf(data: unknown): string {
  // Proof of shape: `isErased` checked it.
  return isErased(data) ? (data as ErasedData).erased.digest : sha256(canonicalJson(data))
}

function hashOf(rest: object, prev: string, digest: string): string {
  return sha256(prev + canonicalJson(rest) + digest)
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  if (Array.isArray(value)) return value.map((entry) => wellFormed(entry ?? null))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name.toWellFormed(), wellFormed(member)]))
}
