import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NetRequest } from '../../spec/net/net-request.ts'

/** A request that somebody else may answer, and what is needed for it. */
export interface Exchange {
  /** The body is unread. Headers are the client's: placeholders are still in them. */
  readonly incoming: IncomingMessage
  /**
   * Nothing is written yet. Who takes the request over ends it, whatever happens, and says `writeContinue` before reading the body
   * where the client expects it.
   */
  readonly outgoing: ServerResponse
  /** Aborts when the client goes or the session ends. */
  readonly signal: AbortSignal
  /**
   * Sends a request of one's own through the gateway's checked connections (resolved once, private addresses refused, certificate
   * verified), over TLS unless it says otherwise. `headers` are names and values in turn, Host excluded; `path` is sent as it is.
   * @throws {UpstreamError} with a refusal to show, when no answer comes.
   */
  send(request: OwnRequest): Promise<IncomingMessage>
}

export interface OwnRequest {
  /** `https` by default. */
  readonly scheme?: 'http' | 'https'
  /** A person configured this place: it may be on a private network. */
  readonly configured?: boolean
  readonly host: string
  readonly port?: number
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  readonly body?: Uint8Array
  readonly signal: AbortSignal
}

/**
 * Looks at each request after the checks of form and before anybody is asked; true takes it over: no table, no `authorize`,
 * no secret, no report then. Whoever says true asks and reports himself. Must answer at once.
 */
export type Intercept = (request: NetRequest, exchange: Exchange) => boolean
