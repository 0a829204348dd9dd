import { once } from 'node:events'
import { WebSocket } from 'ws'

/** One subscriber of one session, as any client is; hears each message's bytes. */
export async function subscribe(at: { readonly url: string; readonly token: string; readonly session: string; readonly after?: number }, hear: (message: Buffer) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${at.url.replace(/^http/, 'ws')}/v1/live`, ['omnigent.v1', `omnigent.token.${at.token}`], { perMessageDeflate: false })
  await once(socket, 'open')
  const ready = Promise.withResolvers<void>()
  socket.on('message', (data: Buffer) => {
    if (/^\{"type":"(snapshot|resumed)"/.test(data.toString('latin1', 0, 20))) ready.resolve()
    hear(data)
  })
  socket.send(JSON.stringify({ type: 'subscribe', sub: 's1', to: { kind: 'session', session: at.session, items: 1, ...(at.after === undefined ? {} : { after: at.after }) } }))
  await ready.promise
  return socket
}
