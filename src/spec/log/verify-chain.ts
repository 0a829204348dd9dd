import { type Envelope, genesis } from '../events/envelope.ts'
import { isErased } from '../events/session-event.ts'
import { hashEvent } from './chain.ts'

/** Where checking starts: the event before the first one given. */
export interface ChainStart {
  readonly seq: number
  readonly hash: string
  readonly at: number
}

export const logStart: ChainStart = { seq: 0, hash: genesis, at: 0 }

export interface ChainProblem {
  readonly seq: number
  readonly problem: string
}

export interface ChainReport {
  /** The last event that was looked at; continue from here with the next page. */
  readonly end: ChainStart
  readonly problems: readonly ChainProblem[]
  /** Numbers of events whose data was erased; their place in the chain was checked over the kept digest. */
  readonly erased: readonly number[]
}

/** Checks numbers, times, links and hashes of consecutive events. Never throws; a damaged event is a problem, not an end. */
export function verifyChain(events: readonly Envelope[], start: ChainStart = logStart): ChainReport {
  const problems: ChainProblem[] = []
  const erased: number[] = []
  let end = start
  for (const event of events) {
    for (const problem of problemsOf(event, end)) problems.push({ seq: event.seq, problem })
    if (isErased(event.data)) erased.push(event.seq)
    end = { seq: event.seq, hash: event.hash, at: event.at }
  }
  return { end, problems, erased }
}

function* problemsOf(event: Envelope, before: ChainStart): Generator<string> {
  if (event.seq !== before.seq + 1) yield `is number ${event.seq} where ${before.seq + 1} was expected`
  if (event.at < before.at) yield `has a time before its predecessor's`
  if (event.prev !== before.hash) yield `does not follow the event before it: prev is ${event.prev}, that event's hash is ${before.hash}`
  const expected = expectedHash(event)
  if (expected !== event.hash) yield `does not have the hash that its content gives`
}

function expectedHash(event: Envelope): string | undefined {
  try {
    return hashEvent(event)
  } catch (error) {
    // Content that has no canonical text can not have been hashed.
    if (error instanceof TypeError || error instanceof RangeError) return undefined
    throw error
  }
}
