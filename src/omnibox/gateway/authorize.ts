import type { GatewayEvent } from '../../spec/net/gateway-event.ts'
import type { NetRequest, NetVerdict } from '../../spec/net/net-request.ts'

/**
 * Decides one request. An answer may take as long as a person takes; the request waits meanwhile. The signal says that
 * nobody waits any more. A rejection denies.
 */
export type Authorize = (request: NetRequest, signal: AbortSignal) => Promise<NetVerdict>

export type Report = (event: GatewayEvent) => void
