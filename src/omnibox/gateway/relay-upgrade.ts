import { pipeline, type Duplex } from 'node:stream'
import { answerHeaders } from './forward-headers.ts'
import { passAnswer, scrubText, type Sending } from './relay.ts'
import type { Refusal } from './refusal.ts'
import { createScrubStream } from './scrub-stream.ts'
import { refusalOf, UpstreamError } from './upstream.ts'
import type { Passage, World } from './world.ts'

/**
 * Sends a request for WebSocket on and joins both connections when the server agrees. Frames pass unread; what the server
 * sends is searched for secrets, which is why no compression is asked for then (RFC 7692). An answer other than 101 is passed on as any.
 */
export function relayUpgrade(world: World, passage: Passage, sending: Sending): Promise<Refusal | undefined> {
  const { outgoing, live } = passage
  const { promise, resolve } = Promise.withResolvers<Refusal | undefined>()
  const request = world.upstream.open(sending.request)
  const cancelAnswer = world.clock.after(world.limits.answerMs, () => request.destroy(new UpstreamError({ status: 504, rule: 'gateway/answer-timeout', message: 'No answer to the request for WebSocket.' })))
  const onGone = (): void => void request.destroy()
  live.addEventListener('abort', onGone, { once: true })
  request.once('error', (error) => {
    cancelAnswer()
    resolve(refusalOf(error))
  })
  request.once('response', (response) => {
    cancelAnswer()
    resolve(passAnswer(passage, response, sending.needles))
  })
  request.once('upgrade', (response, server, head) => {
    cancelAnswer()
    const client = outgoing.socket
    live.removeEventListener('abort', onGone)
    if (client === null || response.headers.upgrade?.toLowerCase() !== passage.incoming.headers.upgrade?.toLowerCase()) {
      server.destroy()
      resolve({ status: 502, rule: 'gateway/no-websocket', message: 'The server changed to another protocol.' })
      return
    }
    outgoing.detachSocket(client)
    const headers = answerHeaders(response.rawHeaders, { unpacked: false, scrub: (text) => scrubText(text, sending.needles) })
    client.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${linesOf(headers)}\r\n`, 'latin1')
    if (head.length > 0) server.unshift(head)
    if (passage.upgradeHead !== undefined && passage.upgradeHead.length > 0) server.write(passage.upgradeHead)
    join(client, server, sending)
    resolve(undefined)
  })
  request.end()
  return promise
}

function linesOf(headers: readonly string[]): string {
  return headers.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')
}

function join(client: Duplex, server: Duplex, { needles }: Sending): void {
  // A side that ends lets the other finish; a side that breaks takes the other with it.
  const over = (error: Error | null | undefined): void => {
    if (error === undefined || error === null) return
    client.destroy()
    server.destroy()
  }
  pipeline(needles.length === 0 ? [server, client] : [server, createScrubStream(needles), client], over)
  pipeline(client, server, over)
}
