import type { EventData } from '../events/session-event.ts'

/** What people read about a switch that was made, wherever it is shown. */
export function switchedText({ from, harness, model, effort, lost }: EventData<'harness.switched'>): string {
  const chosen = [model, effort === undefined ? undefined : `effort ${effort}`].filter((each) => each !== undefined)
  const to = chosen.length === 0 ? harness : `${harness} (${chosen.join(', ')})`
  const kept = lost.length === 0 ? '' : ` Not carried over: ${lost.join('; ')}.`
  return from === harness ? `Goes on with ${to}.` : `Goes on with ${to} instead of ${from}.${kept}`
}

/** And about one that was not. */
export function switchFailedText({ harness, reason, advice }: EventData<'switch.failed'>): string {
  return `The switch to ${harness} failed: ${reason}${advice === undefined ? '' : ` ${advice}`}`
}
