import type { Socket as DatagramSocket } from 'node:dgram'
import type { Server as NetServer, Socket } from 'node:net'
import type { Secret } from '../../spec/net/secret.ts'
import type { Clock, Ids } from '../../spec/ports/clock.ts'
import { acceptConnection, type Entrance, type OpenDoor } from './accept-connection.ts'
import { type AddressException, type AddressGuard, anyAddress, createAddressGuard } from './addresses.ts'
import { answerDns } from './answer-dns.ts'
import { createAsks } from './asks.ts'
import type { CertificateAuthority } from './certificates.ts'
import { createConnections } from './connections.ts'
import type { Report } from './authorize.ts'
import { createHttpServer } from './http-server.ts'
import type { Intercept } from './intercept.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { Authorize } from './authorize.ts'
import { normaliseHost } from './normalise-host.ts'
import { allProtections, type Protections } from './protections.ts'
import { isRefusal } from './refusal.ts'
import { createReporter } from './reporter.ts'
import { createSecretBox } from './secret-box.ts'
import { createSecureContexts } from './secure-contexts.ts'
import { compileTable } from './static-table.ts'
import { emptyTable, type StaticTable } from '../../spec/net/static-table.ts'
import { createUpstream, type Resolve } from './upstream.ts'
import type { World } from './world.ts'

export interface GatewayOptions {
  readonly session: string
  readonly authorize: Authorize
  readonly report: Report
  /** Gives all addresses of a name; asked once per connection to an upstream. */
  readonly resolve: Resolve
  readonly clock: Clock
  readonly ids: Ids
  /** Whose certificates clients are shown. */
  readonly authority: CertificateAuthority
  readonly secrets?: readonly Secret[]
  /** Without one everything is judged. */
  readonly table?: StaticTable
  /** Addresses that may be reached although they are not public, or named by clients. */
  readonly exceptions?: readonly AddressException[]
  /** PEM of the roots that upstreams are verified with; those of Node by default. */
  readonly upstreamRoots?: readonly string[]
  readonly intercept?: Intercept
  /** Names that exist for the session whatever the table says: those of whom `intercept` serves. */
  readonly alsoNames?: (host: string) => boolean
  readonly limits?: Partial<Limits>
  /** For tests, which take single walls away to see that they hold something. */
  readonly protections?: Partial<Protections>
}

/** The only way out of one session. */
export interface SessionGateway {
  /**
   * Takes the connections of a listening server, and closes it in the end. `port` is the one that clients believe to have dialled:
   * 443 or 80, by the entrance, unless a test says otherwise.
   */
  serve(entrance: Entrance, server: NetServer, door?: Partial<Omit<OpenDoor, 'entrance'>>): void
  /** Takes one connection. */
  accept(entrance: Entrance, socket: Socket, port?: number): void
  /** Answers the questions of a bound socket, and closes it in the end. @param address where the names lead that may be reached */
  serveDns(socket: DatagramSocket, address: string): void
  /** Puts a newer table in place at once, for every request that is not yet decided; false for one that is older than the present. */
  replaceTable(table: StaticTable): boolean
  /** From now on everything is judged, until a table comes whose revision is at least this one. */
  revokeTable(revision: number): void
  /** From the next request on. @throws {AppError} 'invalid' for a secret whose placeholder does not fit. */
  setSecrets(secrets: readonly Secret[]): void
  /** Ends every connection, withdraws what is asked, reports what was counted. Resolves when nothing is left. */
  close(): Promise<void>
}

const maxContexts = 256

/** Opens the way out for a session: nothing passes that neither the table nor `authorize` lets through. */
export function openSessionGateway(options: GatewayOptions): SessionGateway {
  const { session, clock } = options
  const limits = { ...defaultLimits, ...options.limits }
  const protections = { ...allProtections, ...options.protections }
  const guard = createAddressGuard(options.exceptions)
  let table = compileTable(options.table ?? emptyTable)
  let secrets = createSecretBox(options.secrets ?? [], protections)
  const reporter = createReporter({ session, clock, report: options.report, scrub: (text) => secrets.scrub(text) })
  const contexts = createSecureContexts(options.authority, { maxHosts: maxContexts, now: () => clock.now() })
  const upstreamWith = (permitted: AddressGuard) => createUpstream({ resolve: options.resolve, guard: permitted, clock, limits, protections, ...(options.upstreamRoots === undefined ? {} : { roots: options.upstreamRoots }) })
  const world: World = {
    session, clock, limits, protections, guard, reporter,
    nextId: () => options.ids.next('req'),
    asks: createAsks({ authorize: options.authorize, clock, limits, onWaiting: (request) => reporter.decided(request, 'asked', 'authorize') }),
    upstream: upstreamWith(guard), configured: upstreamWith(anyAddress),
    connections: createConnections({ clock, limits, active: protections.limits }),
    routes: new WeakMap(),
    contextFor: (host) => contexts.contextFor(host),
    table: () => table,
    secrets: () => secrets,
    intercept: options.intercept,
  }
  const http = createHttpServer(world)
  const closers: (() => Promise<void>)[] = []
  const accept = (entrance: Entrance, socket: Socket, door: Partial<OpenDoor> = {}): void => acceptConnection(world, http, socket, { port: entrance === 'http' ? 80 : 443, ...door, entrance })
  const mayReach = (name: string): boolean => {
    const host = normaliseHost(name, protections)
    return !isRefusal(host) && !host.literal && (table.mayReach(host.host) || options.alsoNames?.(host.host) === true)
  }

  return {
    serve(entrance, server, door) {
      server.on('connection', (socket) => accept(entrance, socket, door))
      server.on('error', () => undefined) // One connection could not be taken (no descriptors left); the next may be.
      closers.push(() => new Promise((resolve) => server.close(() => resolve())))
    },
    accept: (entrance, socket, port) => accept(entrance, socket, port === undefined ? {} : { port }),
    serveDns(socket, address) {
      socket.on('error', () => undefined) // As lost as any datagram.
      socket.on('message', (query, from) => {
        const answer = answerDns(query, address, mayReach)
        if (answer !== undefined) socket.send(answer, from.port, from.address, () => undefined) // Lost, as any datagram may be.
      })
      closers.push(() => new Promise((resolve) => socket.close(() => resolve())))
    },
    replaceTable(next) {
      if (next.revision < table.revision) return false
      table = compileTable(next)
      return true
    },
    revokeTable(revision) {
      table = compileTable({ ...emptyTable, revision: Math.max(revision, table.revision) })
    },
    setSecrets(next) {
      secrets = createSecretBox(next, protections)
    },
    async close() {
      const closed = closers.map((each) => each())
      world.asks.close()
      world.connections.close()
      world.upstream.close()
      world.configured.close()
      reporter.close()
      await Promise.all(closed)
    },
  }
}
