import type { EventData } from '../events/session-event.ts'
import { authorityOf } from '../net/usual-port.ts'

type Place = Pick<EventData<'net.decided'>, 'scheme' | 'host' | 'port' | 'path'>

/** The address that a request goes to, without the port that goes without saying. */
export function requestAddress({ scheme, host, port, path }: Place): string {
  return `${scheme}://${authorityOf({ scheme, host, port: port === 0 ? undefined : port })}${path}`
}

/**
 * What a conversation says of a request that was decided without a call of its own; undefined: nothing. Those that are let
 * through would be noise, and what a person answered before has its row already.
 */
export function refusedText(request: EventData<'net.decided'>): { readonly level: 'warning' | 'alert'; readonly text: string } | undefined {
  const { verdict, by, alert, rule, secrets = [], method } = request
  const what = `${method} ${requestAddress(request)}`.trim()
  if (alert !== undefined) return { level: 'alert', text: `The stand-in for the secret ${secrets.join(', ')} turned up where it does not belong: ${what}. The request was refused.` }
  // The alert has told it.
  if (rule === misplacedSecret) return undefined
  if (verdict === 'allowed' || by === 'policy' || by === 'kept') return undefined
  return { level: 'warning', text: `Refused to leave the sandbox: ${what}${rule === undefined ? '' : ` (${rule})`}` }
}

/** The gateway's rule that every alert is followed by. */
const misplacedSecret = 'gateway/placeholder'

/** A request is a row of the conversation where policies hold it up; what they let through at once is in the list of requests only. */
export const holdsUp = (verdict: EventData<'policy.decided'>['verdict']): boolean => verdict === 'ask' || verdict === 'deny'
