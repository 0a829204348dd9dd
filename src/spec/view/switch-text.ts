import type { EventData } from '../events/session-event.ts'

/** What people read about a switch that was made, wherever it is shown. */
export function switchedText({ from, harness, model, lost }: EventData<'harness.switched'>): string {
  const to = model === undefined ? harness : `${harness} (${model})`
  const kept = lost.length === 0 ? '' : ` Not carried over: ${lost.join('; ')}.`
  return from === harness ? `Goes on with ${to}.` : `Goes on with ${to} instead of ${from}.${kept}`
}

/** And about one that was not. */
export function switchFailedText({ harness, reason, advice }: EventData<'switch.failed'>): string {
  return `The switch to ${harness} failed: ${reason}${advice === undefined ? '' : ` ${advice}`}`
}
