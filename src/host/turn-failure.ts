import { AppError } from '../spec/app-error.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import { limitText, maxNoteBytes } from './limit-text.ts'

export type Settled = Extract<HostFact, { type: 'turn.settled' }>

/** Why a turn cannot run, and what a person can do about it. */
export class TurnFailure extends Error {
  readonly advice: string

  constructor(reason: string, advice: string) {
    super(reason)
    this.name = 'TurnFailure'
    this.advice = advice
  }
}

/** The end of a turn that `error` stopped. */
export function failedBy(error: unknown): Settled {
  if (error instanceof TurnFailure) return failed(error.message, error.advice)
  // An AppError's message says itself what to do.
  if (error instanceof AppError) return { type: 'turn.settled', outcome: 'failed', reason: limitText(error.message, maxNoteBytes).text }
  const reason = error instanceof Error ? error.message : String(error)
  return failed(`The host failed: ${reason}`, 'Send the prompt again. If it fails again, the log of the host has more.')
}

export function failed(reason: string, advice: string): Settled {
  return { type: 'turn.settled', outcome: 'failed', reason: limitText(reason, maxNoteBytes).text, advice: limitText(advice, maxNoteBytes).text }
}
