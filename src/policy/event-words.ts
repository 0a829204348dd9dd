import { actionText } from '../spec/actions-text.ts'
import type { SessionEvent } from '../spec/events/session-event.ts'

const perUsd = 1_000_000

/**
 * What an event of the log says, for a person who asks why a rule fired.
 * @param titleOf what a call of the event's session was
 */
export function eventWords(event: SessionEvent, titleOf: (call: string) => string | undefined): string {
  const named = (call: string) => titleOf(call) ?? call
  switch (event.type) {
    case 'tool.proposed': return `asked for: ${event.data.actions.map(actionText).join('; ') || event.data.title}`
    case 'tool.released': return `ran: ${named(event.data.call)}`
    case 'tool.completed': return `ended ${event.data.outcome}${event.data.exitCode === undefined ? '' : ` with exit code ${event.data.exitCode}`}: ${named(event.data.call)}`
    case 'file.changed': return `changed ${event.data.changes.map(({ path, kind }) => `${path} (${kind})`).slice(0, 5).join(', ')}${event.data.changes.length > 5 ? ` and ${event.data.changes.length - 5} more` : ''}`
    case 'checkpoint.restored': return `${event.data.direction === 'back' ? 'took back' : 'put back what was kept aside of'} ${event.data.restored.slice(0, 5).join(', ') || 'nothing'}${event.data.restored.length > 5 ? ` and ${event.data.restored.length - 5} more` : ''}: ${named(event.data.call)}`
    case 'money.settled': return `a call of ${event.data.model ?? 'a model'} cost ${event.data.microUsd === null ? 'nobody knows what' : `$${(event.data.microUsd / perUsd).toFixed(4)}`}`
    case 'approval.answered': return `a person said ${event.data.answer === 'allow' ? 'yes' : 'no'}`
    case 'policy.decided': return `decided: ${event.data.verdict} for ${named(event.data.call)}`
    default: return event.type === 'unsupported' ? event.data.type : event.type
  }
}
