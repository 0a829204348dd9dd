import { type LiveRequest, LiveMessage } from '../spec/api/live.ts'
import { AppError } from '../spec/app-error.ts'
import type { Clock } from '../spec/ports/clock.ts'

/**
 * - `connecting`: the first try is under way.
 * - `live`: what is shown is what is so.
 * - `reconnecting`: the line broke; what is shown may be old.
 * - `offline`: several tries failed; they go on, less often.
 */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline'
export type LiveTarget = Extract<LiveRequest, { type: 'subscribe' }>['to']

export interface LiveListener {
  /** What to ask for now: called at every (re)subscription, so that it can name the last `seq`. */
  target(): LiveTarget
  /** The server has the subscription: what changes from here on arrives. Called after every (re)subscription. */
  subscribed?(): void
  message(message: LiveMessage): void
  connection(connection: Connection): void
  /** The subscription (or the whole connection) was refused; it does not come back by itself. */
  failed(error: AppError): void
}

export interface Subscription {
  /** Asks again from where the listener now is. */
  resubscribe(): void
  close(): void
}

interface Options {
  open(): WebSocket
  /** Resolves when the server takes this client. @throws {AppError} why it does not. */
  probe(): Promise<void>
  readonly clock: Clock
  random(): number
}

const firstDelayMs = 250
const maxDelayMs = 15_000
/** Failed tries after which the line is called offline. */
const offlineAfter = 4
const heartbeatMs = 20_000
const answerWithinMs = 10_000

/** The one socket of a client, shared by all its subscriptions. Opens with the first, reconnects by itself, closes with the last. */
export class LiveConnection {
  readonly #options: Options
  readonly #listeners = new Map<LiveListener, string>()
  #socket: WebSocket | undefined
  #state: Connection = 'connecting'
  #failures = 0
  #lastSub = 0
  /** What waits for the answers to the pings sent, oldest first: a socket answers in order. */
  #pings: (() => void)[] = []
  #cancelTimer = () => {}
  #cancelHeartbeat = () => {}

  constructor(options: Options) {
    this.#options = options
  }

  get state(): Connection {
    return this.#state
  }

  subscribe(listener: LiveListener): Subscription {
    this.#listeners.set(listener, '')
    listener.connection(this.#state)
    if (this.#socket === undefined) this.#connect()
    else if (this.#socket.readyState === this.#socket.OPEN) this.#send(listener)
    return { resubscribe: () => this.#resubscribe(listener), close: () => this.#unsubscribe(listener) }
  }

  /** Tries at once instead of at the end of the wait: for a browser that came back online or to the front. */
  wake(): void {
    if (this.#socket !== undefined || this.#listeners.size === 0) return
    this.#cancelTimer()
    this.#connect()
  }

  close(): void {
    this.#listeners.clear()
    this.#cancelTimer()
    this.#drop()
  }

  #connect(): void {
    let opened = false
    const socket = this.#options.open()
    this.#socket = socket
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return
      opened = true
      this.#failures = 0
      this.#show('live')
      for (const listener of this.#listeners.keys()) this.#send(listener)
      this.#beat(socket)
    })
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#receive(socket, event.data)
    })
    socket.addEventListener('close', () => {
      if (this.#socket === socket) void this.#lost(opened)
    })
    // A browser says nothing in it; `close` follows.
    socket.addEventListener('error', () => undefined)
  }

  async #lost(opened: boolean): Promise<void> {
    this.#drop()
    this.#failures += 1
    if (!opened) {
      const refusal = await this.#options.probe().then(() => undefined, (error: unknown) => error)
      if (refusal instanceof AppError && (refusal.code === 'unauthorized' || refusal.code === 'forbidden')) return this.#refuse(refusal)
    }
    if (this.#socket !== undefined || this.#listeners.size === 0) return
    this.#show(this.#failures >= offlineAfter ? 'offline' : this.#state === 'connecting' && !opened ? 'connecting' : 'reconnecting')
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (this.#failures - 1))
    this.#cancelTimer = this.#options.clock.after(delayMs * (0.75 + this.#options.random() / 2), () => this.#connect())
  }

  #refuse(error: AppError): void {
    this.#show('offline')
    for (const listener of this.#listeners.keys()) listener.failed(error)
  }

  #receive(socket: WebSocket, data: unknown): void {
    this.#beat(socket)
    const message = readMessage(data)
    if (message === undefined) {
      const error = new AppError('unsupported', 'The server speaks another version than this client. Reload the page, or upgrade omni.')
      for (const listener of this.#listeners.keys()) listener.failed(error)
      return
    }
    if (message.type === 'pong') return this.#pings.shift()?.()
    const { sub } = message
    // A message of a subscription that was given up meanwhile finds no listener.
    const listener = [...this.#listeners].find(([, id]) => id === sub)?.[0]
    if (listener === undefined) return
    if (message.type === 'failed') listener.failed(errorOf(message.error))
    else if (message.type === 'resync') this.#options.clock.after(firstDelayMs, () => this.#resubscribe(listener))
    else listener.message(message)
  }

  /** Every subscription gets a fresh name, so that what is still under way for the old one is not taken for the new. */
  #send(listener: LiveListener): void {
    this.#lastSub += 1
    const sub = `s${this.#lastSub}`
    this.#listeners.set(listener, sub)
    this.#request({ type: 'subscribe', sub, to: listener.target() })
    if (listener.subscribed === undefined) return
    this.#ping(() => {
      if (this.#listeners.get(listener) === sub) listener.subscribed?.()
    })
  }

  #resubscribe(listener: LiveListener): void {
    const sub = this.#listeners.get(listener)
    if (sub === undefined || this.#socket?.readyState !== this.#socket?.OPEN) return
    if (sub !== '') this.#request({ type: 'unsubscribe', sub })
    this.#send(listener)
  }

  #unsubscribe(listener: LiveListener): void {
    const sub = this.#listeners.get(listener)
    if (!this.#listeners.delete(listener)) return
    if (sub !== undefined && sub !== '') this.#request({ type: 'unsubscribe', sub })
    if (this.#listeners.size > 0) return
    this.#cancelTimer()
    this.#drop()
    this.#state = 'connecting'
    this.#failures = 0
  }

  #request(request: LiveRequest): void {
    if (this.#socket !== undefined && this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(request))
  }

  #ping(answered: () => void): void {
    this.#pings.push(answered)
    this.#request({ type: 'ping' })
  }

  /** A line that is silent for 20 s is asked for a sign of life, and given up after 10 s more. */
  #beat(socket: WebSocket): void {
    this.#cancelHeartbeat()
    this.#cancelHeartbeat = this.#options.clock.after(heartbeatMs, () => {
      this.#ping(() => undefined)
      this.#cancelHeartbeat = this.#options.clock.after(answerWithinMs, () => {
        if (this.#socket === socket) void this.#lost(true)
      })
    })
  }

  #drop(): void {
    this.#cancelHeartbeat()
    const socket = this.#socket
    this.#socket = undefined
    this.#pings = []
    for (const listener of this.#listeners.keys()) this.#listeners.set(listener, '')
    // Closing a socket that is still connecting is allowed; its events are no longer listened to.
    if (socket !== undefined) socket.close()
  }

  #show(state: Connection): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#listeners.keys()) listener.connection(state)
  }
}

function readMessage(data: unknown): LiveMessage | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const result = LiveMessage.safeParse(JSON.parse(data))
    return result.success ? result.data : undefined
  } catch {
    // Not JSON: handled like any message this version does not know.
    return undefined
  }
}

function errorOf(error: { code: string; message: string; details?: unknown }): AppError {
  const code = error.code === 'not_found' || error.code === 'forbidden' || error.code === 'unauthorized' ? error.code : 'unavailable'
  return new AppError(code, error.message, { details: error.details })
}
