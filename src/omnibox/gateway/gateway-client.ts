import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import { emptyTable } from '../../spec/net/static-table.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import { type AuthorityKeys, type DoorHandle, type Gateway, type GatewayOrder, GatewayWord, type SessionWay, type WaySettings, type WaySetup } from '../../spec/ports/gateway.ts'
import type { Door, DoorSource } from '../../spec/ports/way-out.ts'
import { createAuthorityKeys } from './certificates.ts'
import { makePlaceholder } from './placeholder.ts'

/** What a gateway in another process is sent; a door's socket goes with it. */
export type ToGateway = { readonly way: string; readonly order: GatewayOrder } | { readonly way: string; readonly door: Door['kind']; readonly address?: string; readonly password?: string }

/** A running gateway process. */
export interface GatewayLink {
  readonly pid: number | undefined
  /** @returns once it was handed over; never rejects: what does not arrive is followed by `gone` */
  send(message: ToGateway, handle?: DoorHandle): Promise<void>
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  /** Asks it to end. */
  stop(): void
}

export interface GatewayClientOptions {
  /** Starts the process; what it says is `{way, word}`, not checked yet. @throws {AppError} 'unavailable' */
  start(hear: (message: unknown) => void): Promise<GatewayLink>
  readonly clock: Clock
  report(problem: string, cause?: unknown): void
}

const Heard = z.object({ way: z.string(), word: z.unknown() })
/** A word that can not be read still names what waits for an answer. */
const Waiting = z.union([z.object({ type: z.literal('net.wanted'), request: z.object({ id: z.string() }) }), z.object({ type: z.literal('model.wanted'), call: z.string() })])
const firstRetryMs = 100
const lastRetryMs = 5_000

/**
 * Keeps one gateway process for this host: started with the first way out, and again whenever it died. Requests under way fail then, programs go
 * on, and the new process gets every way, with its certificates, as it is. What a model call that was under way has used nobody
 * will say: it counts as what was held back for it.
 */
export function createGatewayClient(options: GatewayClientOptions): Gateway & { begin(): void } {
  const { clock, report } = options
  const ways = new Map<string, Way>()
  let running: Promise<GatewayLink> | undefined
  let retryMs = firstRetryMs
  let closed = false

  const hear = (message: unknown): void => {
    const heard = Heard.safeParse(message)
    const way = heard.success ? ways.get(heard.data.way) : undefined
    if (!heard.success || way === undefined) return // Of a way that was closed meanwhile.
    const word = GatewayWord.safeParse(heard.data.word)
    if (word.success) return way.heard(word.data)
    report('a word of the gateway was not valid', word.error)
    const waiting = Waiting.safeParse(heard.data.word)
    if (waiting.success) way.refuse(waiting.data)
  }
  const link = (): Promise<GatewayLink> => {
    if (closed) return Promise.reject(new AppError('unavailable', 'The host is ending.'))
    running ??= options.start(hear).then((started) => {
      void started.gone.then(lost)
      return started
    }, (error: unknown) => {
      running = undefined
      throw error
    })
    return running
  }
  const lost = (): void => {
    running = undefined
    for (const way of ways.values()) way.lost()
    if (closed || ways.size === 0) return
    report('the gateway died; it is started again')
    clock.after(retryMs, restore)
    retryMs = Math.min(retryMs * 2, lastRetryMs)
  }
  const restore = (): void => {
    if (closed || running !== undefined) return
    link().then(async (started) => {
      // One whose doors can not be opened again is closed, and the others are not.
      for (const way of ways.values()) await way.openOn(started).catch((error: unknown) => report('a way out got no doors', error))
      retryMs = firstRetryMs
    }).catch((error: unknown) => {
      report('starting the gateway again', error)
      if (running === undefined && ways.size > 0) clock.after(retryMs, restore)
    })
  }

  return {
    standIn,
    /** Starts the process before anything waits for it. One that does not start is tried again, and told, with the first way. */
    begin: () => void link().catch(() => undefined),
    async open(setup, onWord) {
      if (ways.has(setup.session)) throw new AppError('conflict', `The session ${setup.session} has a way out already.`)
      const authority = createAuthorityKeys({ session: setup.session, now: () => clock.now() })
      const way = new Way({ ...setup, authority }, { clock, onWord, link: () => running, report })
      ways.set(setup.session, way)
      try {
        await way.openOn(await link())
      } catch (error) {
        ways.delete(setup.session)
        throw error
      }
      return way.asSession(authority, () => ways.delete(setup.session))
    },
    async close() {
      closed = true
      const started = await running?.catch(() => undefined)
      started?.stop()
      await started?.gone
    },
  }
}

/** What is too short or too odd for a stand-in of its kind gets any. */
function standIn(value: string): string {
  try {
    return makePlaceholder(value)
  } catch {
    return `omni-${randomBytes(24).toString('hex')}`
  }
}

interface WayDeps {
  readonly clock: Clock
  readonly onWord: (word: GatewayWord) => void
  link(): Promise<GatewayLink> | undefined
  report(problem: string, cause?: unknown): void
}

interface OpenCall {
  readonly tokens: { readonly input: number; readonly output: number }
  allowed: boolean
}

/** One way out over the lives of gateway processes. Alive: it knows what each of them was told and asked. */
class Way {
  #setup: WaySetup
  readonly #deps: WayDeps
  #doors: DoorSource | undefined
  readonly #asks = new Set<string>()
  readonly #calls = new Map<string, OpenCall>()
  #over = false

  constructor(setup: WaySetup, deps: WayDeps) {
    this.#setup = setup
    this.#deps = deps
  }

  /** Makes it known to a process that does not know it yet. */
  async openOn(link: GatewayLink): Promise<void> {
    await link.send({ way: this.#setup.session, order: { type: 'open', setup: this.#setup } })
    if (this.#doors !== undefined) await this.#hand(link, this.#doors)
  }

  heard(word: GatewayWord): void {
    if (this.#over) return
    switch (word.type) {
      case 'net.wanted': this.#asks.add(word.request.id); break
      case 'net.withdrawn': this.#asks.delete(word.request); break
      case 'model.wanted': this.#calls.set(word.call, { tokens: word.tokens, allowed: false }); break
      case 'model.done': this.#calls.delete(word.call); break
      case 'limited': case 'told': break
    }
    this.#deps.onWord(word)
  }

  /** Nobody could be asked about it. */
  refuse(waiting: z.infer<typeof Waiting>): void {
    if (waiting.type === 'net.wanted') this.#send({ type: 'net.verdict', request: waiting.request.id, verdict: { type: 'deny', rule: 'gateway/unreadable', message: 'The request can not be put into words.' } })
    else this.#send({ type: 'model.verdict', call: waiting.call, verdict: { type: 'deny', reason: 'The call can not be put into words.' } })
  }

  /** The process is gone, and with it every connection. */
  lost(): void {
    for (const request of this.#asks) this.#deps.onWord({ type: 'net.withdrawn', request })
    for (const [call, { tokens, allowed }] of this.#calls) this.#deps.onWord(allowed ? { type: 'model.done', call, usage: { ...tokens }, estimated: true } : { type: 'model.done', call })
    this.#asks.clear()
    this.#calls.clear()
  }

  asSession({ root }: AuthorityKeys, closed: () => void): SessionWay {
    return {
      root,
      serve: async (doors) => {
        this.#doors = doors
        const link = await this.#deps.link()
        if (link !== undefined) await this.#hand(link, doors)
        return async () => {
          this.#doors = undefined
        }
      },
      tell: (order) => {
        if (order.type === 'settings') this.#change(order.settings)
        if (order.type === 'table.revoke') this.#change({ table: { ...emptyTable, revision: Math.max(order.revision, this.#setup.table.revision) } })
        if (order.type === 'net.verdict') this.#asks.delete(order.request)
        const call = order.type === 'model.verdict' ? this.#calls.get(order.call) : undefined
        if (call !== undefined && order.type === 'model.verdict') call.allowed = order.verdict.type === 'allow'
        this.#send(order)
      },
      close: async () => {
        this.#over = true
        closed()
        await (await this.#deps.link())?.send({ way: this.#setup.session, order: { type: 'close' } })
      },
    }
  }

  #change(settings: Partial<WaySettings>): void {
    this.#setup = { ...this.#setup, ...settings }
  }

  #send(order: GatewayOrder): void {
    void this.#deps.link()?.then((link) => link.send({ way: this.#setup.session, order }), () => undefined) // One that did not start is told everything when it does.
  }

  async #hand(link: GatewayLink, source: DoorSource): Promise<void> {
    for (const door of await source.listen()) {
      const handle = door.kind === 'dns' ? door.socket : door.server
      // A connection that came to us in between is cut: the program tries again.
      if (door.kind !== 'dns') door.server.on('connection', (socket) => socket.destroy())
      await link.send({ way: this.#setup.session, door: door.kind, ...(door.kind === 'dns' ? { address: door.address } : {}), ...(door.kind === 'proxy' && door.password !== undefined ? { password: door.password } : {}) }, handle)
      await new Promise<void>((resolve) => (door.kind === 'dns' ? door.socket.close(resolve) : void door.server.close(() => resolve())))
    }
  }
}
