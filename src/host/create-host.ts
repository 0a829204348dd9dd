import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { HostFact, linkVersion } from '../spec/ports/host-link.ts'
import type { HostEnd, SessionSetup, ToEngine, ToHost } from '../spec/ports/host-link.ts'
import type { ModelList } from '../spec/model-list.ts'
import { createFactLedger, type FactLedger } from './fact-ledger.ts'
import { checkAllPrograms } from './check-program.ts'
import { ConversationShelf } from './conversation-shelf.ts'
import type { HostOptions } from './host-options.ts'
import { ModelShelf } from './model-shelf.ts'
import { ProgramShelf } from './program-shelf.ts'
import { RecentSet } from './recent-set.ts'
import { SessionRunner } from './session-runner.ts'
import type { RunOrder, SwitchOrder } from './runner-deps.ts'
import { failed, TurnFailure } from './turn-failure.ts'

/** Joins harnesses and Omnibox on one machine, and serves whoever is at the other end of its link. */
export interface Host {
  readonly epoch: string
  /** Uses this link from now on; an earlier one is closed. */
  connect(link: HostEnd): void
  /** Epoch milliseconds since when no turn runs; undefined while one does. */
  readonly idleSince: number | undefined
  /** Ends every program and box. Running turns settle as failed, on disk for the next start. */
  close(): Promise<void>
}

export function createHost(options: HostOptions): Host {
  return new RealHost(options)
}

interface Known {
  readonly runner: SessionRunner
  readonly tree: string
}

/** Alive: it owns the sessions' boxes and the link. */
class RealHost implements Host {
  readonly #options: HostOptions
  readonly #shelf: ProgramShelf
  readonly #modelShelf: ModelShelf
  readonly #conversationShelf: ConversationShelf
  readonly #runners = new Map<string, Known>()
  /** Runners that are ending; a new one of the same session waits for it. */
  readonly #ending = new Map<string, Promise<void>>()
  readonly #turns = new RecentSet(10_000)
  readonly #steers = new RecentSet(10_000)
  readonly #switches = new RecentSet(10_000)
  readonly #restores = new RecentSet(10_000)
  readonly #ledger: FactLedger
  #link: HostEnd | undefined
  #idleSince: number
  #closed = false

  constructor(options: HostOptions) {
    this.#options = options
    this.#shelf = new ProgramShelf(options)
    this.#modelShelf = new ModelShelf(options, this.#shelf)
    this.#conversationShelf = new ConversationShelf(options, this.#shelf)
    this.#ledger = createFactLedger(options.clock)
    this.#idleSince = options.clock.now()
  }

  get epoch(): string {
    return this.#options.outbox.epoch
  }

  get idleSince(): number | undefined {
    if ([...this.#runners.values()].some(({ runner }) => runner.busy)) return undefined
    return this.#idleSince
  }

  connect(link: HostEnd): void {
    const { id, name, build, adapters, outbox } = this.#options
    if (this.#closed) return link.close()
    this.#link?.close()
    this.#link = link
    link.onMessage((message) => {
      if (link === this.#link) this.#receive(link, message)
    })
    void link.closed.then(() => {
      if (link !== this.#link) return
      this.#link = undefined
      this.#ledger.unlinked()
    })
    link.send({ type: 'hello', host: id, epoch: this.epoch, name, version: linkVersion, build, harnesses: adapters.map((adapter: HarnessAdapter) => adapter.id) })
    for (const fact of outbox.pending()) link.send(fact)
    link.send({ type: 'synced' })
  }

  async close(): Promise<void> {
    this.#closed = true
    const ending = failed('The host was stopped.', 'Send the prompt again when it runs.')
    await Promise.all([...this.#runners.values()].map(({ runner }) => runner.close(ending)))
    await Promise.all(this.#ending.values())
    await this.#options.outbox.close()
    this.#link?.close()
  }

  #receive(link: HostEnd, message: ToHost): void {
    if (this.#closed) return
    switch (message.type) {
      case 'welcome': return
      case 'ack':
        if (message.epoch === this.epoch) this.#ledger.acknowledged(message.n)
        return this.#options.outbox.acknowledge(message.epoch, message.n)
      case 'turn.run': return this.#run(message)
      case 'switch.run': return this.#switch(message)
      case 'turn.steer': {
        if (this.#steers.add(message.steer)) this.#runners.get(message.session)?.runner.steer(message)
        return
      }
      case 'turn.interrupt': return this.#runners.get(message.session)?.runner.interrupt(message.turn)
      case 'call.verdict': return this.#runners.get(message.session)?.runner.verdict(message.call, message.verdict)
      case 'omni.answer': return this.#runners.get(message.session)?.runner.omniAnswer(message)
      case 'net.verdict': case 'model.verdict': case 'net.table': return this.#runners.get(message.session)?.runner.wire(message)
      case 'files.restore': {
        if (this.#restores.add(message.restore)) this.#runnerOf(message).restore(message)
        return
      }
      case 'session.close': return this.#end(message.session, 'The session was closed.')
      case 'ask': return void this.#answer(link, message)
    }
  }

  /** Each turn once: after a reconnect the engine repeats what it has not seen the effect of. */
  #run(order: RunOrder): void {
    if (!this.#turns.add(order.turn)) return
    this.#runnerOf(order.setup).run(order)
  }

  #switch(order: SwitchOrder): void {
    if (this.#switches.add(`${order.setup.session}/${order.switch}`)) this.#runnerOf(order.setup).switch(order)
  }

  #runnerOf({ session, tree }: Pick<SessionSetup, 'session' | 'tree'>): SessionRunner {
    const known = this.#runners.get(session) ?? { tree, runner: this.#newRunner(session, tree) }
    this.#runners.set(session, known)
    return known.runner
  }

  #newRunner(session: string, tree: string): SessionRunner {
    const { outbox } = this.#options
    const deps = {
      options: this.#options,
      shelf: this.#shelf,
      fact: (turn: string | undefined, fact: HostFact) => this.#report({ tree, session, ...(turn === undefined ? {} : { turn }), fact }),
      delta: (turn: string, delta: Omit<Extract<ToEngine, { type: 'delta' }>, 'type' | 'session' | 'turn'>) => this.#link?.send({ type: 'delta', session, turn, ...delta }),
      taken: () => (this.#link === undefined ? Promise.resolve() : this.#ledger.taken()),
      isFull: () => outbox.full,
      idle: () => this.#end(session, 'The session was idle.'),
    }
    return new SessionRunner(session, deps, this.#ending.get(session) ?? Promise.resolve())
  }

  /** Never rejects: there is nobody who could do more than the log says. */
  async #report(report: { tree: string; session: string; turn?: string; fact: HostFact }): Promise<void> {
    const { outbox, log } = this.#options
    // A fact that the engine could not read would end the link, and again after each reconnect.
    const checked = HostFact.safeParse(report.fact)
    if (!checked.success) log(`a report of type ${report.fact.type} was not valid and is left out`, checked.error)
    const text = `A report of the program (${report.fact.type}) was not valid and is left out.`
    const fact: HostFact = checked.success ? checked.data : { type: 'notice', level: 'warning', text }
    this.#idleSince = this.#options.clock.now()
    // Not waited for: facts keep their order. A note that could not be kept shows the conversation twice, no more.
    if (fact.type === 'harness.ready' && fact.resume !== undefined) void this.#conversationShelf.claim(fact.resume, report.session).catch((cause: unknown) => log('keeping whose a conversation is', cause))
    await outbox.append({ ...report, fact })
      .then((numbered) => {
        this.#ledger.sent(numbered.n)
        this.#link?.send(numbered)
      })
      .catch((cause: unknown) => log('a report could not be kept', cause))
  }

  #end(session: string, reason: string): void {
    const known = this.#runners.get(session)
    if (known === undefined) return
    this.#runners.delete(session)
    const ended = known.runner.close(failed(reason, 'Send a prompt to go on.'))
      .catch((cause: unknown) => this.#options.log('closing a session', cause))
      .finally(() => {
        if (this.#ending.get(session) === ended) this.#ending.delete(session)
      })
    this.#ending.set(session, ended)
  }

  async #answer(link: HostEnd, { id, question }: Extract<ToHost, { type: 'ask' }>): Promise<void> {
    try {
      link.send(await this.#reply(id, question))
    } catch (cause) {
      if (!(cause instanceof TurnFailure)) this.#options.log(`answering a question about ${question.type}`, cause)
      link.send({ type: 'reply.failed', id, message: cause instanceof Error ? cause.message : String(cause) })
    }
  }

  async #reply(id: string, question: Extract<ToHost, { type: 'ask' }>['question']): Promise<ToEngine> {
    switch (question.type) {
      case 'readiness': return { type: 'reply', id, readiness: await checkAllPrograms(this.#options) }
      case 'models': return { type: 'reply.models', id, models: await this.#models(question) }
      case 'conversations': return { type: 'reply.conversations', id, lists: await this.#conversationShelf.list(question.workspace) }
      case 'conversation': return { type: 'reply.conversation', id, conversation: await this.#conversationShelf.read(question) }
    }
  }

  async #models({ harness, refresh }: { readonly harness?: string | undefined; readonly refresh: boolean }): Promise<ModelList[]> {
    if (harness !== undefined) return [await this.#modelShelf.list(this.#shelf.adapter(harness), refresh)]
    const ready = new Set((await checkAllPrograms(this.#options)).filter(({ state }) => state === 'ready').map((each) => each.harness))
    const asked = this.#options.adapters.filter(({ id, models }) => models !== undefined && ready.has(id))
    return Promise.all(asked.map((adapter) => this.#modelShelf.list(adapter, refresh)))
  }
}
