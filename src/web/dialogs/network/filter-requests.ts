import type { HostSum, SeenRequest } from '../../data/request-log.ts'

export const verdictChoices = [['all', 'All'], ['allowed', 'Allowed'], ['denied', 'Denied'], ['asked', 'Asked about'], ['alert', 'Alerts']] as const
export type VerdictChoice = (typeof verdictChoices)[number][0]

export interface RequestFilter {
  /** A part of the host's name; empty: every host. */
  readonly host: string
  readonly verdict: VerdictChoice
}

const isHost = (host: string, wanted: string): boolean => host.toLowerCase().includes(wanted.trim().toLowerCase())

/** Newest first. */
export const filterRequests = (requests: readonly SeenRequest[], { host, verdict }: RequestFilter): readonly SeenRequest[] => requests.filter((request) => isHost(request.host, host) && fits(request, verdict)).toReversed()

function fits({ verdict, approval, isAlert }: SeenRequest, wanted: VerdictChoice): boolean {
  switch (wanted) {
    case 'all': return true
    case 'allowed': case 'denied': return verdict === wanted
    case 'asked': return approval !== undefined
    case 'alert': return isAlert
  }
}

/** Hosts with what the filter wants, the latest first. What was asked about is not summed by host: it does not narrow them. */
export function filterHosts(hosts: ReadonlyMap<string, HostSum>, { host, verdict }: RequestFilter): readonly (readonly [string, HostSum])[] {
  const has = ({ allowed, denied, alerts }: HostSum) => ({ all: true, asked: true, allowed: allowed > 0, denied: denied > 0, alert: alerts > 0 })[verdict]
  return [...hosts].filter(([name, sum]) => isHost(name, host) && has(sum)).sort(([, left], [, right]) => right.last - left.last)
}
