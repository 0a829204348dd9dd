import { onTestFinished } from 'vitest'
import { readServerSentEvents } from '../../src/base/server-sent-events.ts'
import { LiveMessage } from '../../src/spec/api/live.ts'
import { Envelope } from '../../src/spec/events/envelope.ts'
import { Delta } from '../../src/spec/view/transcript-item.ts'

export interface Place {
  readonly url: string
  readonly token: string
  readonly session: string
}

/** What one subscriber was sent, in order; `start` is what had been streamed of the open message when it came. */
export interface StreamClient {
  readonly events: readonly Envelope[]
  readonly start: string
  /** Pieces after the start, each with the place it says it belongs to. */
  readonly pieces: readonly Delta[]
  /** Resolves once what it was sent is so. */
  until(isSo: (client: StreamClient) => boolean): Promise<void>
}

function createInbox() {
  const events: Envelope[] = []
  const pieces: Delta[] = []
  const waiting = new Set<() => void>()
  const client = {
    events, pieces, start: '',
    until(isSo: (client: StreamClient) => boolean): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const look = () => {
        if (client.broken !== undefined) reject(client.broken)
        else if (isSo(client)) resolve()
      }
      waiting.add(look)
      look()
      return promise.finally(() => waiting.delete(look))
    },
    broken: undefined as Error | undefined,
    changed: () => waiting.forEach((look) => look()),
    end(reason: string) {
      client.broken ??= new Error(`the stream ended: ${reason}`)
      client.changed()
    },
  }
  return client
}

/** A plain client of `GET /v1/sessions/{id}/events`: no reconnect, no deduplication, what comes is what it has. */
export function openEventStream({ url, token, session }: Place): StreamClient {
  const inbox = createInbox()
  const ending = new AbortController()
  const read = async () => {
    const response = await fetch(`${url}/v1/sessions/${session}/events`, { headers: { authorization: `Bearer ${token}` }, signal: ending.signal })
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
    for await (const { id, event, data } of readServerSentEvents(response.body, 4 * 1024 * 1024)) {
      const parsed: unknown = JSON.parse(data)
      if (event === 'delta') inbox.pieces.push(Delta.parse(parsed))
      else {
        const stored = Envelope.parse(parsed)
        if (String(stored.seq) !== id) throw new Error(`event ${stored.seq} came as id ${id}`)
        inbox.events.push(stored)
      }
      inbox.changed()
    }
  }
  const reading = read().then(() => inbox.end('closed'), (error: unknown) => inbox.end(String(error)))
  onTestFinished(async () => {
    ending.abort()
    await reading
  })
  return inbox
}

/** A subscription on a socket of its own to `GET /v1/live`, message by message. */
export function openLiveStream({ url, token, session }: Place): StreamClient {
  const inbox = createInbox()
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`, ['omnigent.v1', `omnigent.token.${token}`])
  socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'subscribe', sub: 'one', to: { kind: 'session', session, after: 0 } })))
  socket.addEventListener('message', ({ data }) => {
    const message = LiveMessage.parse(JSON.parse(String(data)))
    if (message.type === 'events') inbox.events.push(...message.events)
    else if (message.type === 'resumed') inbox.start = message.partials.find((partial) => partial.kind === 'text')?.text ?? ''
    else if (message.type === 'delta') inbox.pieces.push(message.delta)
    else inbox.end(`unexpected ${JSON.stringify(message).slice(0, 300)}`)
    inbox.changed()
  })
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', ({ code }) => {
    inbox.end(`closed (${code})`)
    resolve()
  }))
  onTestFinished(() => {
    socket.close()
    return closed
  })
  return inbox
}
