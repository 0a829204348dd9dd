import type { EventData } from '../events/session-event.ts'
import { type SessionView, viewBounds } from './session-view.ts'

type Network = SessionView['network']
const none = { allowed: 0, denied: 0 }

/** Counts one decision about a request. An alert is followed by the refusal that it led to, which is what counts. */
export function countDecided(network: Network = none, { verdict, alert, host, secrets = [] }: EventData<'net.decided'>, at: number): Network {
  if (alert !== undefined) return { ...network, lastAlert: { at, host: host.slice(0, viewBounds.host), secret: (secrets[0] ?? '').slice(0, viewBounds.choiceTitle) } }
  return { ...network, [verdict]: network[verdict] + 1 }
}

/** Counts what a gateway decided alone after the first of each host, which it tells as decisions of their own. */
export function countSummary(network: Network = none, { allowed, denied }: EventData<'net.summary'>): Network {
  return { ...network, allowed: network.allowed + allowed, denied: network.denied + denied }
}
