import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { createCertificateAuthority } from '../src/omnibox/gateway/certificates.ts'
import { openSessionGateway } from '../src/omnibox/gateway/session-gateway.ts'
import { countingIds } from '../test/support/counting-ids.ts'
import { realClock } from '../test/support/real-clock.ts'

/** A process of its own for each side of the measure: `upstream`, or `gateway ROOT PORT` with the upstream's root (PEM) and port. */
export interface RoleReady {
  readonly port: number
  readonly root: string
}

const [, , role, upstreamRoot = '', upstreamPort = ''] = process.argv
const authority = createCertificateAuthority({ session: 'bench', now: () => Date.now() })
const server = role === 'upstream' ? createHttpsServer({ key: authority.leafKey, cert: authority.leafFor('localhost') }, (_request, response) => response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 5 }).end('hello')) : createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
if (role === 'gateway') {
  const table = { revision: 1, rules: [{ rule: 'bench', host: 'localhost', port: Number(upstreamPort), action: 'allow' }], otherwise: 'deny' } as const
  openSessionGateway({
    session: 'bench', table, clock: realClock, ids: countingIds(), authority, report: () => undefined, upstreamRoots: [upstreamRoot], exceptions: [{ address: '127.0.0.1' }],
    resolve: () => Promise.resolve(['127.0.0.1']), authorize: () => Promise.resolve({ type: 'deny', rule: 'bench', message: 'Not measured.' }),
  }).serve('proxy', server)
}
process.send?.({ port: (server.address() as AddressInfo).port, root: authority.root } satisfies RoleReady) // Proof: it listens on a port.
process.once('disconnect', () => process.exit())
