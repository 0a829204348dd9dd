import type { EventData, SessionEvent } from '../../spec/events/session-event.ts'
import type { RuleVerdict } from '../../spec/events/turn-data.ts'

type Decided = EventData<'net.decided'>

/** One request on its way out of the box, as far as the log tells. */
export interface SeenRequest extends Pick<Decided, 'request' | 'scheme' | 'host' | 'port' | 'method' | 'path'> {
  /** Number of the event that told of it first. */
  readonly key: number
  /** Epoch ms. */
  readonly at: number
  /** What it is besides an address: a push and its refs. */
  readonly title?: string
  /** `withdrawn`: whoever made it has given up before it was decided. */
  readonly verdict: 'asking' | 'withdrawn' | Decided['verdict']
  readonly by: Decided['by']
  readonly rules: readonly Pick<RuleVerdict, 'rule' | 'verdict' | 'message'>[]
  readonly secrets: readonly string[]
  /** What stands for a secret was in it, and does not belong there. */
  readonly isAlert: boolean
  /** The call under which policies decided it. */
  readonly call?: string
  /** The question to a person, and its answer. */
  readonly approval?: string
  readonly answer?: 'allow' | 'deny' | 'expired'
  readonly answeredBy?: string
}

export interface HostSum {
  readonly allowed: number
  readonly denied: number
  readonly alerts: number
  /** Epoch ms of the newest. */
  readonly last: number
}

/** What left a box or was to: the newest requests one by one, and sums by host of them all. */
export interface RequestLog {
  /** Oldest first. */
  readonly requests: readonly SeenRequest[]
  readonly hosts: ReadonlyMap<string, HostSum>
  /** Older requests were dropped: they are in the sums only. */
  readonly isCut: boolean
}

export const maxRequests = 500
const maxHosts = 500
/** As a gateway calls those that it does not count one by one. */
const otherHosts = '(other hosts)'

export const emptyRequestLog: RequestLog = { requests: [], hosts: new Map(), isCut: false }

/** Folds events of one session, in order. Bounded, whatever programs send. */
export function addToRequestLog(log: RequestLog, events: readonly SessionEvent[]): RequestLog {
  const draft = { requests: [...log.requests], hosts: new Map(log.hosts) }
  for (const event of events) apply(draft, event)
  const { requests, hosts } = draft
  return { requests: requests.slice(-maxRequests), hosts, isCut: log.isCut || requests.length > maxRequests }
}

interface Draft {
  readonly requests: SeenRequest[]
  readonly hosts: Map<string, HostSum>
}

function apply(draft: Draft, event: SessionEvent): void {
  switch (event.type) {
    case 'tool.proposed': return propose(draft, event)
    case 'policy.decided': return change(draft, ({ call }) => call === event.data.call, () => ({ rules: event.data.rules.map(shortRule) }))
    case 'approval.requested': return change(draft, ({ call }) => call === event.data.call, () => ({ approval: event.data.approval }))
    case 'approval.answered': return change(draft, ({ approval }) => approval === event.data.approval, () => ({ answer: event.data.answer, answeredBy: event.by.id }))
    case 'approval.expired': return change(draft, ({ approval }) => approval === event.data.approval, () => ({ answer: 'expired' }))
    case 'tool.completed': return event.data.outcome === 'interrupted' ? change(draft, ({ call }) => call === event.data.call, () => ({ verdict: 'withdrawn' })) : undefined
    case 'net.decided': return decide(draft, event)
    case 'net.summary': return count(draft, event.data.host, { ...event.data, alerts: 0, last: event.at })
    case 'secret.used': return change(draft, ({ request }) => request === event.data.request, ({ secrets }) => ({ secrets: union(secrets, [event.data.secret]) }))
    default: return undefined
  }
}

function propose({ requests }: Draft, { seq, at, data }: Extract<SessionEvent, { type: 'tool.proposed' }>): void {
  const found = data.actions.find((action) => action.kind === 'net.request')
  if (data.gates !== 'net' || found === undefined) return
  const { scheme = 'https', host, port = 0, method = '', path = '' } = found
  const pushes = data.actions.some(({ kind }) => kind === 'git.push')
  requests.push({ key: seq, at, request: data.request ?? data.call, scheme, host, port, method, path, ...(pushes ? { title: data.title } : {}), verdict: 'asking', by: 'policy', rules: [], secrets: data.inject ?? [], isAlert: false, call: data.call })
}

function decide(draft: Draft, { seq, at, data }: Extract<SessionEvent, { type: 'net.decided' }>): void {
  const { request, scheme, host, port, method, path, verdict, by, call, rule, secrets = [], alert } = data
  const isAlert = alert !== undefined
  // An alert is followed by the refusal that it led to, which is what counts.
  count(draft, host, { allowed: !isAlert && verdict === 'allowed' ? 1 : 0, denied: !isAlert && verdict === 'denied' ? 1 : 0, alerts: isAlert ? 1 : 0, last: at })
  const rules: SeenRequest['rules'] = rule === undefined ? [] : [{ rule, verdict: verdict === 'denied' ? 'deny' : 'allow' }]
  if (draft.requests.some((known) => known.request === request)) {
    change(draft, (known) => known.request === request, (known) => ({ verdict, by, secrets: union(known.secrets, secrets), isAlert: known.isAlert || isAlert, ...(known.rules.length === 0 ? { rules } : {}) }))
  } else draft.requests.push({ key: seq, at, request, scheme, host, port, method, path, verdict, by, rules, secrets, isAlert, ...(call === undefined ? {} : { call }) })
}

/** The newest that fits. */
function change({ requests }: Draft, fits: (request: SeenRequest) => boolean, to: (request: SeenRequest) => Partial<SeenRequest>): void {
  const at = requests.findLastIndex(fits)
  const found = requests[at]
  if (found !== undefined) requests[at] = { ...found, ...to(found) }
}

function count({ hosts }: Draft, host: string, { allowed, denied, alerts, last }: HostSum): void {
  const name = hosts.has(host) || hosts.size < maxHosts ? host : otherHosts
  const sum = hosts.get(name) ?? { allowed: 0, denied: 0, alerts: 0, last }
  hosts.set(name, { allowed: sum.allowed + allowed, denied: sum.denied + denied, alerts: sum.alerts + alerts, last })
}

const union = (left: readonly string[], right: readonly string[]): readonly string[] => [...new Set([...left, ...right])]
const shortRule = ({ rule, verdict, message }: RuleVerdict) => ({ rule, verdict, ...(message === undefined ? {} : { message }) })
