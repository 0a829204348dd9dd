import { Socket as DatagramSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { Server } from 'node:net'
import { pino } from 'pino'
import type { ToGateway } from '../../omnibox/gateway/gateway-client.ts'
import { createGatewayServer, type GatewayServerOptions } from '../../omnibox/gateway/serve-gateway.ts'
import { AppError } from '../../spec/app-error.ts'
import { systemClock, systemIds } from '../system-clock.ts'

/** The internet as this machine has it. */
const internet: Pick<GatewayServerOptions, 'resolve'> = { resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address) }

/**
 * The gateway process of a host: what sessions send out passes here and nowhere else. It is told what to do over the channel of
 * whoever started it, and ends with it.
 */
export async function runGateway(outside: Pick<GatewayServerOptions, 'resolve' | 'exceptions' | 'upstreamRoots'> = internet): Promise<void> {
  const log = pino({ name: 'omni-gateway' }, process.stderr)
  if (process.send === undefined) throw new AppError('unsupported', 'A gateway for hosts elsewhere is not available yet: the host starts its own.')
  const gateway = createGatewayServer({
    clock: systemClock, ids: systemIds, ...outside,
    say: (way, word) => process.send?.({ way, word }, undefined, {}, (error) => {
      if (error !== null) log.error({ err: error }, 'a word could not be said')
    }),
  })
  process.on('message', (message: ToGateway, handle) => {
    try {
      if ('order' in message) return gateway.hear(message.way, message.order)
      if (handle instanceof DatagramSocket) return gateway.serve(message.way, { kind: 'dns', socket: handle, address: message.address ?? '127.0.0.1' })
      if (handle instanceof Server && message.door === 'proxy') return gateway.serve(message.way, { kind: 'proxy', server: handle, ...(message.password === undefined ? {} : { password: message.password }) })
      if (handle instanceof Server && message.door !== 'dns') return gateway.serve(message.way, { kind: message.door, server: handle })
    } catch (error) {
      log.error({ err: error }, 'an order could not be followed')
    }
  })
  await new Promise<void>((resolve) => process.once('disconnect', resolve))
  await gateway.close()
}
