import type { RawData, WebSocket } from 'ws'
import { type LiveMessage, LiveRequest } from '../spec/api/live.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { IndexRow } from '../spec/view/index-row.ts'
import { errorReply } from './error-response.ts'
import { eventText } from './event-text.ts'
import type { ServerDeps } from './server-deps.ts'

/** Bytes that may wait in one socket; past that its subscriptions are dropped and told to resync. */
const maxWaitingBytes = 8 * 1024 * 1024
const maxSubscriptions = 200
/** Behind a backlog, messages wait this long to travel together. */
const coalesceMs = 5

/**
 * One client's socket: any number of subscriptions, in order, bounded. Sends at once while the socket keeps up; behind a
 * backlog collects for 5 ms. A client that does not keep up loses its subscriptions, never its place: it resumes by `seq`.
 */
export class LiveSocket {
  readonly #socket: WebSocket
  readonly #deps: ServerDeps
  readonly #open = new Map<string, () => void>()
  #collected: string[] = []
  #flushing = false
  #dropping = false

  constructor(socket: WebSocket, deps: ServerDeps) {
    this.#socket = socket
    this.#deps = deps
    socket.on('message', (raw, isBinary) => this.#receive(raw, isBinary))
    socket.on('close', () => this.#closeAll())
    // A broken connection ends in 'close'; its error says nothing more.
    socket.on('error', () => socket.terminate())
  }

  #receive(raw: RawData, isBinary: boolean): void {
    const request = isBinary ? undefined : parseRequest(raw)
    if (request === undefined) return this.#send({ type: 'failed', error: { code: 'invalid', message: 'Not a request this server knows. See GET /v1/openapi.json and docs/api.md.' } })
    if (request.type === 'ping') return this.#send({ type: 'pong' })
    this.#unsubscribe(request.sub)
    if (request.type === 'unsubscribe') return
    if (this.#open.size >= maxSubscriptions) {
      return this.#send({ type: 'failed', sub: request.sub, error: { code: 'too_large', message: `At most ${maxSubscriptions} subscriptions on one socket.` } })
    }
    if (request.to.kind === 'list') return this.#subscribeList(request.sub)
    this.#subscribeSession(request.sub, request.to).catch((error: unknown) => {
      this.#unsubscribe(request.sub)
      this.#send({ type: 'failed', sub: request.sub, error: errorReply(error, this.#deps.report).body.error })
    })
  }

  #subscribeList(sub: string): void {
    this.#open.set(sub, this.#deps.engine.onRows((rows: readonly IndexRow[], removed) => this.#send({ type: 'rows', sub, rows: [...rows], removed: [...removed] })))
  }

  async #subscribeSession(sub: string, to: { session: string; after?: number | undefined; items: number }): Promise<void> {
    let ended = false
    let close = () => {}
    const end = () => {
      ended = true
      close()
    }
    this.#open.set(sub, end)
    const opened = await this.#deps.engine.open(to.session, { items: to.items, ...(to.after === undefined ? {} : { after: to.after }) }, {
      events: (events) => ended || this.#sendText(`{"type":"events","sub":"${sub}","events":[${events.map(eventText).join(',')}]}`),
      delta: (delta) => ended || this.#sendText(`{"type":"delta","sub":"${sub}","delta":${eventText(delta)}}`),
    })
    close = () => opened.close()
    if (ended) return close()
    if (opened.snapshot !== undefined) this.#send({ type: 'snapshot', sub, snapshot: opened.snapshot })
    else {
      if (opened.events.length > 0) this.#sendText(`{"type":"events","sub":"${sub}","events":[${opened.events.map(eventText).join(',')}]}`)
      this.#send({ type: 'resumed', sub, seq: opened.seq, partials: [...opened.partials] })
    }
    opened.begin()
  }

  #send(message: LiveMessage): void {
    this.#sendText(JSON.stringify(message))
  }

  #sendText(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > maxWaitingBytes) return this.#drop()
    if (!this.#flushing && this.#socket.bufferedAmount === 0) return this.#socket.send(text)
    this.#collected.push(text)
    if (this.#flushing) return
    this.#flushing = true
    flushLater(this.#deps.clock, () => this.#flush())
  }

  /** Everything collected since, each its own message, corked into few packets. */
  #flush(): void {
    this.#flushing = false
    const waiting = this.#collected
    this.#collected = []
    if (this.#socket.readyState !== this.#socket.OPEN) return
    for (const text of waiting) this.#socket.send(text)
  }

  #drop(): void {
    if (this.#dropping) return
    this.#dropping = true
    this.#collected = []
    const subs = [...this.#open.keys()]
    this.#closeAll()
    for (const sub of subs) this.#socket.send(JSON.stringify({ type: 'resync', sub, reason: 'This connection reads too slowly.' } satisfies LiveMessage))
    this.#dropping = false
  }

  #unsubscribe(sub: string): void {
    this.#open.get(sub)?.()
    this.#open.delete(sub)
  }

  #closeAll(): void {
    for (const sub of this.#open.keys()) this.#unsubscribe(sub)
  }
}

function flushLater(clock: Clock, task: () => void): void {
  clock.after(coalesceMs, task)
}

function parseRequest(raw: RawData) {
  try {
    const result = LiveRequest.safeParse(JSON.parse(textOf(raw)))
    return result.success ? result.data : undefined
  } catch {
    // Not JSON: answered like any other unknown request.
    return undefined
  }
}

function textOf(raw: RawData): string {
  if (Array.isArray(raw)) return Buffer.concat(raw).toString('utf8')
  return (raw instanceof ArrayBuffer ? Buffer.from(raw) : raw).toString('utf8')
}
