import { z } from 'zod'
import { NetRequest } from './net-request.ts'

/** The part of a request that is reported. */
export const RequestFacts = NetRequest.pick({ id: true, scheme: true, host: true, port: true, method: true, path: true })
export type RequestFacts = Readonly<z.infer<typeof RequestFacts>>

const session = z.string().max(256)
const rule = z.string().max(8_192)
const count = z.number().int().nonnegative()

/**
 * What a gateway reports. Never a secret's value: every text of the wire goes through the session's scrubber first.
 * - `decided`: `asked` says that a request waits for an answer, and is followed by one of the others when it comes.
 *   By `table` and `gateway` (the checks of form) only the first of a host is reported so; the rest is in summaries.
 * - `summary`: what table and gateway decided alone since the last one, per host; at most one a minute and host.
 */
export const GatewayEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('decided'), session, request: RequestFacts, verdict: z.enum(['allowed', 'denied', 'asked']), by: z.enum(['gateway', 'table', 'authorize', 'grant']), rule: rule.optional() }),
  z.object({ type: z.literal('summary'), session, host: rule, from: count, until: count, allowed: count, denied: count, revision: count }),
  z.object({ type: z.literal('secretUsed'), session, request: RequestFacts, secret: z.string().max(256), form: z.enum(['bearer', 'basic', 'header', 'placeholder']) }),
  z.object({ type: z.literal('alert'), session, kind: z.literal('placeholder'), request: RequestFacts, secret: z.string().max(256) }),
])
export type GatewayEvent = Readonly<z.infer<typeof GatewayEvent>>

type Told = Extract<GatewayEvent, { type: 'decided' }>
export type Decided = Told['verdict']
export type Decider = Told['by']
