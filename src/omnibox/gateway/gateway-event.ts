import type { NetRequest, SecretUse } from './net-request.ts'

/** The part of a request that is reported. */
export type RequestFacts = Pick<NetRequest, 'id' | 'scheme' | 'host' | 'port' | 'method' | 'path'>

/**
 * What a gateway reports. Never a secret's value: every text of the wire goes through the session's scrubber first.
 * - `decided`: `asked` says that a request waits for an answer, and is followed by one of the others when it comes.
 *   By `table` and `gateway` (the checks of form) only the first of a host is reported so; the rest is in summaries.
 * - `summary`: what table and gateway decided alone since the last one, per host; at most one a minute and host.
 */
export type GatewayEvent =
  | { readonly type: 'decided'; readonly session: string; readonly request: RequestFacts; readonly verdict: Decided; readonly by: Decider; readonly rule?: string }
  | { readonly type: 'summary'; readonly session: string; readonly host: string; readonly from: number; readonly until: number; readonly allowed: number; readonly denied: number; readonly revision: number }
  | { readonly type: 'secretUsed'; readonly session: string; readonly request: RequestFacts; readonly secret: string; readonly form: SecretUse['form'] | 'placeholder' }
  | { readonly type: 'alert'; readonly session: string; readonly kind: 'placeholder'; readonly request: RequestFacts; readonly secret: string }

export type Decided = 'allowed' | 'denied' | 'asked'
export type Decider = 'gateway' | 'table' | 'authorize' | 'grant'
export type Report = (event: GatewayEvent) => void
