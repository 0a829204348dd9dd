import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'
import { createCertificateAuthority } from '../../src/omnibox/gateway/certificates.ts'
import { realClock } from './real-clock.ts'

/** An HTTPS server on the loopback that is whatever host it is asked for. @param wanted its port; any by default */
export async function namedServer(serve: RequestListener, wanted = 0) {
  const authority = createCertificateAuthority({ session: 'internet', now: () => realClock.now() })
  const server = createServer({ key: authority.leafKey, cert: authority.leafFor('some.test'), SNICallback: (name, done) => done(null, createSecureContext({ key: authority.leafKey, cert: authority.leafFor(name) })) }, serve)
  server.listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // Proof: it listens on a port.
  return {
    port,
    /** PEM of the root to trust it by. */
    root: authority.root,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
