import type { Usage } from '../../../spec/events/usage.ts'
import type { Clock } from '../../../spec/ports/clock.ts'
import type { Bytes } from './answer/decode-body.ts'
import type { ServiceLimit } from './answer/read-limit.ts'
import type { HeaderFields } from './dialects/dialect.ts'
import type { DialectId } from '../../../spec/net/model-service.ts'
import type { ModelRoute } from './model-routes.ts'

interface Traffic {
  /** Whose it is: told by the credential that came with it, one per run. */
  readonly run: string
  readonly route: ModelRoute
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: HeaderFields
  readonly body: Bytes
}

/** A request of a program to a model service, as it came off the wire. */
export interface ModelRequest extends Traffic {
  /** The client has closed its connection. */
  readonly gone: AbortSignal
}

/** What goes to the service. Hop-by-hop headers are still in it. */
export interface ForwardedRequest extends Traffic {
  /** What the real credential is put in for; undefined: the request goes without one. */
  readonly dialect?: DialectId
}

/** An answer. Whoever takes the body reads it to its end, or calls `return` of its iterator. */
export interface ModelAnswer {
  readonly status: number
  readonly headers: HeaderFields
  readonly body: Bytes
}

export interface WantedCall {
  readonly call: string
  readonly run: string
  readonly dialect: DialectId
  readonly model: string
  /** At most. */
  readonly tokens: { readonly input: number; readonly output: number }
  /** Nobody is asked about it: what can not be allowed at once is refused. */
  readonly side: boolean
}

export interface DoneCall {
  readonly call: string
  readonly run: string
  /** As the answer named it. */
  readonly model?: string
  /** Undefined: it cost nothing. */
  readonly usage?: Usage
  readonly estimated?: true
}

export type ModelVerdict = { readonly type: 'allow' } | { readonly type: 'deny'; readonly reason: string }

/** Milliseconds. */
export interface Waits {
  /** An answer within this time needed nobody: its call counts as not parked. Also how long a side call waits. */
  readonly quickMs: number
  /** Without a retry for so long a client was interrupted: its ask is withdrawn, its answer cut, a no forgotten. */
  readonly retryMs: number
  /** How long a yes is kept for the next request of the run. */
  readonly keepMs: number
}

/** Times that fit the programs measured: they come back after 0.4 to 35 seconds. */
export const defaultWaits: Waits = { quickMs: 10_000, retryMs: 60_000, keepMs: 300_000 }

export interface ModelExchangeParts {
  readonly clock: Clock
  /** A new id of a call, never used before. */
  nextCall(): string
  /** Before a byte goes out. `withdrawn` fires when nobody waits for the verdict any more; a verdict ends it all the same. A rejection denies. */
  want(call: WantedCall, withdrawn: AbortSignal): Promise<ModelVerdict>
  /** To the service. `cut` ends it, also while its body is read. @throws when the service can not be reached */
  forward(request: ForwardedRequest, cut: AbortSignal): Promise<ModelAnswer>
  /** Exactly once for each call that was wanted. */
  done(call: DoneCall): void
  /** The service takes no more calls for now. */
  limited(limit: ServiceLimit & { readonly run: string }): void
  /** How long a client of this run may be kept waiting, in milliseconds; after that its turn ends. */
  patienceMs(run: string): number
  readonly waits?: Waits
}
