import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../spec/ports/clock.ts'
import type { AddressGuard } from './addresses.ts'
import type { Asks } from './asks.ts'
import type { Connections } from './connections.ts'
import type { Intercept } from './intercept.ts'
import type { Limits } from './limits.ts'
import type { Protections } from './protections.ts'
import type { Route } from './read-target.ts'
import type { Reporter } from './reporter.ts'
import type { SecretBox } from './secret-box.ts'
import type { CompiledTable } from './static-table.ts'
import type { SecureContext } from 'node:tls'
import type { Upstream } from './upstream.ts'

/** The parts of one session's gateway, as its inner functions see them. */
export interface World {
  readonly session: string
  readonly clock: Clock
  readonly limits: Limits
  readonly protections: Protections
  nextId(): string
  readonly asks: Asks
  readonly reporter: Reporter
  readonly guard: AddressGuard
  readonly upstream: Upstream
  /** To addresses that a person configured: they may be private. */
  readonly configured: Upstream
  readonly connections: Connections
  /** By which door each connection came. */
  readonly routes: WeakMap<Duplex, Route>
  contextFor(host: string): SecureContext
  /** As it is now: both may be replaced between two requests. */
  table(): CompiledTable
  secrets(): SecretBox
  readonly intercept: Intercept | undefined
}

/** A request on its way through. */
export interface Passage {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** Aborts when the client goes, or the session ends. */
  readonly live: AbortSignal
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expects: boolean
  /** Of a request for another protocol: what came after its head. */
  readonly upgradeHead?: Buffer
}
