import type { Clock } from '../spec/ports/clock.ts'
import type { ReadConversation } from '../spec/earlier-conversation.ts'
import { type EngineEnd, type HostConversations, linkVersion, type NumberedFact, type Readiness, type ToEngine, type ToHost } from '../spec/ports/host-link.ts'
import type { Ids } from '../spec/ports/clock.ts'
import type { ModelList } from '../spec/model-list.ts'
import type { Delta } from '../spec/view/transcript-item.ts'
import { AppError } from '../spec/app-error.ts'

export interface AttachedHost {
  readonly id: string
  readonly epoch: string
  readonly name: string
}

export interface HubDeps {
  readonly server: string
  readonly clock: Clock
  readonly ids: Ids
  /** Records facts of one tree, in order, as one durable step. Rejects when it can not be stored now. */
  record(tree: string, host: string, facts: readonly NumberedFact[]): Promise<void>
  delta(delta: Delta): void
  /** All earlier facts of this host are recorded: turns of its older epochs are over. */
  attached(host: AttachedHost): Promise<void>
  detached(host: AttachedHost): void
  report(problem: string, cause: unknown): void
}

type HostAnswer = Extract<ToEngine, { type: 'reply' | 'reply.models' | 'reply.conversations' | 'reply.conversation' | 'reply.failed' }>

type Question = Extract<ToHost, { type: 'ask' }>['question']

const retryMs = 500
const maxFactsAtOnce = 64

interface Connection {
  readonly link: EngineEnd
  host?: AttachedHost
  ready: boolean
  /** Facts not yet durable, by tree, in order. */
  readonly waiting: Map<string, NumberedFact[]>
  /** By epoch: numbers received and not yet durable, and the highest received. */
  readonly open: Map<string, { readonly numbers: Set<number>; highest: number }>
}

/**
 * The engine's end of every host link: greets hosts, hands their facts to the trees in order, acknowledges what is
 * durable, and carries orders. Holds no truth: all of it can be rebuilt from the log and a reconnect.
 */
export class HostHub {
  readonly #deps: HubDeps
  readonly #connections = new Set<Connection>()
  readonly #questions = new Map<string, (answer: HostAnswer) => void>()

  constructor(deps: HubDeps) {
    this.#deps = deps
  }

  /** The host that new turns go to. */
  get current(): AttachedHost | undefined {
    for (const connection of this.#connections) if (connection.ready) return connection.host
    return undefined
  }

  get hosts(): readonly AttachedHost[] {
    return [...this.#connections].flatMap(({ host, ready }) => (host !== undefined && ready ? [host] : []))
  }

  isAttached(epoch: string): boolean {
    return this.hosts.some((host) => host.epoch === epoch)
  }

  /** Takes one end of a new link. */
  accept(link: EngineEnd): void {
    const connection: Connection = { link, ready: false, waiting: new Map(), open: new Map() }
    this.#connections.add(connection)
    link.onMessage((message) => this.#receive(connection, message))
    void link.closed.then(() => {
      this.#connections.delete(connection)
      if (connection.ready && connection.host !== undefined) this.#deps.detached(connection.host)
    })
  }

  /** Best effort: an order that finds no link is sent again when the host is back. */
  send(epoch: string, message: ToHost): void {
    for (const { host, ready, link } of this.#connections) if (ready && host?.epoch === epoch) link.send(message)
  }

  /** What the attached host can run. @throws {AppError} 'unavailable' without a host, 'timeout' after 20 s. */
  async readiness(): Promise<readonly Readiness[]> {
    const answer = await this.#ask({ type: 'readiness' }, 20_000)
    return answer.type === 'reply' ? answer.readiness : []
  }

  /** The models of one harness there, or of all that are ready. @throws {AppError} 'unavailable' without a host, 'timeout' after 40 s. */
  async models(query: { readonly harness?: string | undefined; readonly refresh: boolean }): Promise<readonly ModelList[]> {
    const answer = await this.#ask({ type: 'models', ...query }, 40_000)
    return answer.type === 'reply.models' ? answer.models : []
  }

  /** What a person said to the programs there by hand, in this folder. @throws {AppError} 'unavailable', 'timeout' after 20 s. */
  async conversations(workspace: string): Promise<readonly HostConversations[]> {
    const answer = await this.#ask({ type: 'conversations', workspace }, 20_000)
    return answer.type === 'reply.conversations' ? answer.lists : []
  }

  /** All of one, for a session that goes on with it. @throws {AppError} 'unavailable', 'timeout' after 20 s. */
  async conversation(wanted: Omit<Extract<Question, { type: 'conversation' }>, 'type'>): Promise<ReadConversation> {
    const answer = await this.#ask({ type: 'conversation', ...wanted }, 20_000)
    if (answer.type !== 'reply.conversation') throw new AppError('unavailable', 'The host did not answer what it was asked. Is it of another version? omni server stop --all')
    return answer.conversation
  }

  #ask(question: Question, timeoutMs: number): Promise<HostAnswer> {
    const connection = [...this.#connections].find(({ ready }) => ready)
    if (connection === undefined) return Promise.reject(new AppError('unavailable', 'No host is attached yet. `omni server status` shows its state.'))
    const id = this.#deps.ids.next('req')
    return new Promise((resolve, reject) => {
      const cancel = this.#deps.clock.after(timeoutMs, () => {
        this.#questions.delete(id)
        reject(new AppError('timeout', 'The host did not answer in time.'))
      })
      this.#questions.set(id, (answer) => {
        cancel()
        if (answer.type === 'reply.failed') reject(new AppError('unavailable', answer.message))
        else resolve(answer)
      })
      connection.link.send({ type: 'ask', id, question })
    })
  }

  close(): void {
    for (const { link } of this.#connections) link.close()
  }

  #receive(connection: Connection, message: ToEngine): void {
    switch (message.type) {
      case 'hello': {
        if (message.version !== linkVersion) return connection.link.close()
        connection.host = { id: message.host, epoch: message.epoch, name: message.name }
        return connection.link.send({ type: 'welcome', server: this.#deps.server, version: linkVersion })
      }
      case 'fact': return this.#queueFact(connection, message)
      case 'synced': {
        this.#finishSync(connection).catch((error: unknown) => this.#deps.report('going on with a host', error))
        return
      }
      case 'delta': {
        const { type: _type, ...delta } = message
        return this.#deps.delta(delta)
      }
      case 'reply': case 'reply.models': case 'reply.conversations': case 'reply.conversation': case 'reply.failed': {
        this.#questions.get(message.id)?.(message)
        this.#questions.delete(message.id)
        return
      }
      default: return assertNever(message)
    }
  }

  async #finishSync(connection: Connection): Promise<void> {
    const { host } = connection
    if (host === undefined) return connection.link.close()
    // Facts of earlier epochs must be durable before their turns are declared over.
    await Promise.all(this.#pumps.values())
    if (!this.#connections.has(connection)) return
    // An older link of the same host is dead even if nobody noticed yet.
    for (const other of this.#connections) if (other !== connection && other.host?.id === host.id) other.link.close()
    connection.ready = true
    await this.#deps.attached(host)
  }

  readonly #pumps = new Map<string, Promise<void>>()

  #queueFact(connection: Connection, fact: NumberedFact): void {
    const open = connection.open.get(fact.epoch) ?? { numbers: new Set<number>(), highest: 0 }
    connection.open.set(fact.epoch, open)
    open.numbers.add(fact.n)
    open.highest = Math.max(open.highest, fact.n)
    const queue = connection.waiting.get(fact.tree)
    if (queue !== undefined) {
      queue.push(fact)
      return
    }
    connection.waiting.set(fact.tree, [fact])
    // Behind what an earlier link of the same host may still be recording for this tree.
    const pump = (this.#pumps.get(fact.tree) ?? Promise.resolve()).then(() => this.#pump(connection, fact.tree))
      .catch((error: unknown) => this.#deps.report(`recording facts of ${fact.tree}`, error))
    this.#pumps.set(fact.tree, pump)
    void pump.finally(() => {
      if (this.#pumps.get(fact.tree) === pump) this.#pumps.delete(fact.tree)
    })
  }

  /** Records a tree's facts in order. One that can not be stored now (disk full) is tried again: it is never skipped. */
  async #pump(connection: Connection, tree: string): Promise<void> {
    const queue = connection.waiting.get(tree) ?? []
    while (queue.length > 0 && this.#connections.has(connection)) {
      const facts = queue.slice(0, maxFactsAtOnce)
      const problem = await this.#deps.record(tree, connection.host?.id ?? '', facts).then(() => undefined, (error: unknown) => ({ error }))
      if (problem !== undefined) {
        this.#deps.report(`recording facts of ${tree}; trying again`, problem.error)
        await new Promise<void>((resolve) => this.#deps.clock.after(retryMs, resolve))
        continue
      }
      queue.splice(0, facts.length)
      this.#acknowledge(connection, facts)
    }
    connection.waiting.delete(tree)
  }

  #acknowledge(connection: Connection, facts: readonly NumberedFact[]): void {
    for (const epoch of new Set(facts.map((fact) => fact.epoch))) {
      const open = connection.open.get(epoch)
      if (open === undefined) continue
      for (const fact of facts) if (fact.epoch === epoch) open.numbers.delete(fact.n)
      const oldest = open.numbers.size === 0 ? open.highest + 1 : Math.min(...open.numbers)
      connection.link.send({ type: 'ack', epoch, n: oldest - 1 })
    }
  }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected message ${JSON.stringify(value)}`)
}
