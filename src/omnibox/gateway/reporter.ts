import type { Clock } from '../../spec/ports/clock.ts'
import type { Report } from './authorize.ts'
import type { Decided, Decider, GatewayEvent, RequestFacts } from '../../spec/net/gateway-event.ts'

export interface Reporter {
  /** A decision of its own: by a person, a policy or a kept answer. */
  decided(request: RequestFacts, verdict: Decided, by: Decider, rule?: string): void
  /** A decision that the gateway made alone: the first of a host and verdict is an event, what follows is counted. */
  counted(request: RequestFacts, decision: { readonly verdict: 'allowed' | 'denied'; readonly by: 'table' | 'gateway'; readonly rule: string; readonly revision: number }): void
  tell(event: Extract<GatewayEvent, { type: 'secretUsed' | 'alert' }>): void
  /** Reports what was counted, and no more. */
  close(): void
}

const summaryMs = 60_000
/** A hostile client can make up hosts: beyond this many they are counted as one. */
const maxHosts = 1_000
const elsewhere = '(other hosts)'

/** Reports for one session; `scrub` takes secrets out of every text that came from the wire. */
export function createReporter(options: { readonly session: string; readonly clock: Clock; report: Report; scrub(text: string): string }): Reporter {
  const { session, clock, report, scrub } = options
  const known = new Set<string>()
  const hosts = new Set<string>()
  const counts = new Map<string, { allowed: number; denied: number; revision: number }>()
  let since = clock.now()
  let cancelSummary: (() => void) | undefined

  const clean = ({ id, scheme, host, port, method, path }: RequestFacts): RequestFacts => ({ id, scheme, host: scrub(host), port, method, path: scrub(path) })
  const summarise = (): void => {
    cancelSummary?.()
    cancelSummary = undefined
    const ended = [...counts]
    counts.clear()
    for (const [host, count] of ended) report({ type: 'summary', session, host: scrub(host), from: since, until: clock.now(), ...count })
  }
  const decided: Reporter['decided'] = (request, verdict, by, rule) => report({ type: 'decided', session, request: clean(request), verdict, by, ...(rule === undefined ? {} : { rule }) })
  return {
    decided,
    counted(request, { verdict, by, rule, revision }) {
      if (!hosts.has(request.host) && hosts.size < maxHosts) hosts.add(request.host)
      const host = hosts.has(request.host) ? request.host : elsewhere
      const first = `${host} ${verdict}`
      if (!known.has(first)) {
        known.add(first)
        decided(request, verdict, by, rule)
        return
      }
      if (cancelSummary === undefined) {
        since = clock.now()
        cancelSummary = clock.after(summaryMs, summarise)
      }
      const count = counts.get(host) ?? { allowed: 0, denied: 0, revision }
      count[verdict] += 1
      count.revision = revision
      counts.set(host, count)
    },
    tell: (event) => report({ ...event, request: clean(event.request) }),
    close: summarise,
  }
}
