import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Runs as root of a box's network namespace and goes away: listens on the ports that may be spoken to, hands the listening sockets to whoever
 * started it, and ends when it is told that they have arrived. A socket stays in the namespace it was made in: whoever holds it
 * accepts straight from the box.
 *
 * Messages to the parent: `{kind}` with a socket each, then `{kind: 'ready'}`; or `{kind: 'failed', reason}`. From the parent: anything ends it.
 * Arguments: the ports of proxy, TLS and HTTP.
 */
const [proxy = '3128', tls = '443', http = '80'] = process.argv.slice(2)

try {
  const listen = async (kind: string, host: string, port: string) => {
    const server = createServer({ pauseOnConnect: true })
    server.listen({ host, port: Number(port), backlog: 1_024 })
    await once(server, 'listening')
    await sent({ kind }, server)
  }
  await listen('proxy', '127.0.0.1', proxy)
  await listen('tls', '::', tls).catch(() => listen('tls', '0.0.0.0', tls))
  await listen('http', '::', http).catch(() => listen('http', '0.0.0.0', http))
  const names = createSocket('udp4')
  names.bind(53, '127.0.0.1')
  await once(names, 'listening')
  await sent({ kind: 'dns' }, names)
  const heard = once(process, 'message')
  await sent({ kind: 'ready' })
  await heard
  process.exit(0)
} catch (error) {
  await sent({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }).catch(() => undefined) // Whoever asked is gone.
  process.exit(1)
}

function sent(message: object, handle?: Server | Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, handle, { keepOpen: true }, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
