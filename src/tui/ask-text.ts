import { printable } from '../base/printable.ts'
import type { EventData } from '../spec/events/session-event.ts'

type Paint = (color: 'yellow' | 'dim', text: string) => string

/** A question to the person: what is asked, which rules ask, and what a longer yes would allow. */
export function askText({ title, rules, offers = [] }: EventData<'approval.requested'>, paint: Paint): string {
  const [first = '', ...more] = title.split('\n')
  const lines = [paint('yellow', `? needs you: ${printable(first)}${more.length > 0 ? ' …' : ''}`)]
  for (const { rule, message } of rules) lines.push(paint('dim', `  ${printable(rule)}${message === undefined ? '' : `: ${printable(message)}`}`))
  for (const { kind, pattern, scope } of offers) lines.push(paint('dim', `  a allows for the session${scope === 'project' ? ', p for every session of this folder' : ''}: ${printable(`${kind} ${Object.entries(pattern).map(([name, wanted]) => `${name}=${typeof wanted === 'string' ? wanted : JSON.stringify(wanted)}`).join(' ')}`)}`))
  return lines.join('\n')
}
