import { own } from '../base/own.ts'
import type { CreateSession, ForkSession, SessionRef, Snapshot } from '../spec/api/http.ts'
import type { CallDecision } from '../spec/api/decision.ts'
import type { SessionPolicies } from '../spec/api/policies.ts'
import { AppError } from '../spec/app-error.ts'
import type { Command, CommandResult } from '../spec/commands.ts'
import type { Author, Envelope } from '../spec/events/envelope.ts'
import type { PinnedAgent } from '../spec/events/session-data.ts'
import type { ConversationList } from '../spec/earlier-conversation.ts'
import type { ModelList } from '../spec/model-list.ts'
import type { EngineEnd, Readiness, SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import type { IndexRow } from '../spec/view/index-row.ts'
import type { Delta, PartialItem } from '../spec/view/transcript-item.ts'
import { createAskTimers } from './ask-timers.ts'
import { handleCommand } from './commands/handle-command.ts'
import { refuseBrokenExamples } from './commands/policy-commands.ts'
import { startTurn } from './commands/turn-commands.ts'
import { byEngine } from './engine-author.ts'
import type { EngineDeps } from './engine-deps.ts'
import { explainCall } from './explain-call.ts'
import { findAttachments } from './find-attachments.ts'
import { forkPoint, laneOf } from './fork-point.ts'
import { holdBack } from './hold-back.ts'
import { HostHub, type AttachedHost } from './host-hub.ts'
import { earlierConversations, readImport, recordImport } from './import-conversation.ts'
import { expireAsks } from './gate.ts'
import { hostAttached, hostSilent, recordFacts } from './host-work.ts'
import { Ledger } from './ledger.ts'
import { runOrder, switchOrder } from './orders.ts'
import { sendTables } from './net-table.ts'
import { requirePlanes } from './required-policies.ts'
import { sessionPolicies } from './session-policies.ts'
import { startNext } from './start-next.ts'
import type { Lane, TreeState } from './state/tree-state.ts'
import { type TreeListener, TreeWriter } from './tree-writer.ts'
import type { HostOrder, Surroundings } from './transaction.ts'

/** What a new session is made of; the agent is resolved and checked by the caller. */
export interface NewSession extends Omit<CreateSession, 'agent' | 'harness'> {
  readonly agent: PinnedAgent
  readonly harness: string
  /** What people should know from the start: parts of the agent that are not available yet. */
  readonly notices?: readonly string[]
}

/** The session that a request with this id makes. */
export const sessionIdOf = (request: string): string => `ses_${request}`

export interface Opened {
  /** Set unless the events after `after` were few enough to send instead. */
  readonly snapshot?: Snapshot
  readonly events: readonly Envelope[]
  readonly seq: number
  readonly partials: readonly PartialItem[]
  /** Lets through what arrived meanwhile: call it once the start has been handed on. */
  begin(): void
  /** Ends the subscription. */
  close(): void
}

const evictEveryMs = 30_000
const linkGraceMs = 3_000
const maxResumeEvents = 500

/**
 * The session engine: command → events → effects, one writer per tree. Everything it knows is a fold of the log; the
 * maps here are caches and live connections.
 */
export class SessionEngine {
  readonly #deps: EngineDeps
  readonly #hub: HostHub
  readonly #writers = new Map<string, TreeWriter>()
  readonly #trees = new Map<string, string>()
  readonly #rowListeners = new Set<(rows: readonly IndexRow[], removed: readonly string[]) => void>()
  readonly #askTimers
  readonly #ledger: Ledger
  #stopSweep: () => void = () => undefined
  #closed = false

  constructor(deps: EngineDeps) {
    this.#deps = deps
    this.#ledger = new Ledger(deps.index)
    this.#hub = new HostHub({
      server: deps.server, clock: deps.clock, ids: deps.ids,
      record: (tree, host, facts) => recordFacts(this.#writer(tree), deps, host, facts).then(() => this.#orders), // Who hears that facts are taken has what is ordered on them.
      delta: (delta) => this.#delta(delta),
      attached: (host) => this.#attached(host),
      detached: (host) => this.#detached(host),
      report: (problem, cause) => deps.report(problem, cause),
    })
    this.#askTimers = createAskTimers(deps.clock, (tree) => {
      this.#writer(tree).run(byEngine, expireAsks).catch((error: unknown) => deps.report('refusing a card whose time is over', error))
    })
    this.#sweepLater()
  }

  acceptHost(link: EngineEnd): void {
    this.#hub.accept(link)
  }

  get hosts(): readonly AttachedHost[] {
    return this.#hub.hosts
  }

  get loadedTrees(): number {
    return this.#writers.size
  }

  readiness(): Promise<readonly Readiness[]> {
    return this.#hub.readiness()
  }

  models(query: { readonly harness?: string | undefined; readonly refresh: boolean }): Promise<readonly ModelList[]> {
    return this.#hub.models(query)
  }

  /** What a person said to programs by hand in this folder. */
  conversations(workspace: string): Promise<readonly ConversationList[]> {
    return earlierConversations(this.#places, workspace)
  }

  get #places() {
    return { hub: this.#hub, store: this.#deps.store, blobs: this.#deps.blobs }
  }

  /** Makes a session, and starts its first prompt when there is one. Repeating a `request.id` answers with the first. */
  async create(request: NewSession, by: Author): Promise<SessionRef> {
    const session = sessionIdOf(request.id)
    const { agent, harness, model, effort, sandbox, title, prompt } = request
    const workspace = { mode: request.workspace.mode ?? 'here', path: request.workspace.path } as const
    const attachments = await findAttachments(this.#deps.blobs, request.attachments)
    const writer = this.#writer(session)
    const imported = request.continues === undefined || (await this.#deps.store.treeOf(session)) !== undefined ? undefined : await readImport(this.#places, session, request.continues, workspace.path)
    await writer.run({ by, cause: request.id }, (tx) => {
      if (own(tx.state.lanes, session) !== undefined) return
      tx.emit(session, 'session.created', {
        agent, harness, workspace, ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }), ...(sandbox === undefined ? {} : { sandbox }), ...(title === undefined ? {} : { title }),
      })
      if (imported !== undefined) recordImport(tx, session, imported)
      for (const text of request.notices ?? []) tx.emit(session, 'notice.given', { level: 'warning', text })
      if (prompt === undefined) return
      startTurn(tx, session, { text: prompt }, attachments)
    })
    return this.#ref(session, writer)
  }

  /** @throws {AppError} 'not_found', 'conflict' when the turn has not ended. */
  async fork(session: string, request: ForkSession, by: Author): Promise<SessionRef> {
    const made = sessionIdOf(request.id)
    if ((await this.#deps.store.head(made)) !== undefined) return this.#ref(made, this.#writer(made))
    const source = await this.#find(session)
    const { point, lists, lane } = await source.peek((state) => ({ point: forkPoint(state, session, request.turn), lists: state.policy.inForce(session), lane: laneOf(state, session) }))
    if (request.harness !== undefined) requirePlanes(lists, request.harness, this.#deps.abilities(request.harness), lane)
    const [event] = await this.#deps.store.read(source.tree, point.seq - 1, 1)
    if (event === undefined || event.seq !== point.seq) throw new AppError('conflict', 'The fork point is not stored yet. Try again.')
    const from = { tree: source.tree, session, seq: point.seq, hash: event.hash }
    const model = request.model ?? (request.harness === undefined || request.harness === point.harness ? point.model : undefined)
    const writer = this.#writer(made)
    await writer.runFork(from, { by, cause: request.id }, (tx) => {
      tx.emit(made, 'session.forked', {
        from, agent: point.agent, harness: request.harness ?? point.harness, workspace: point.workspace,
        ...(model === undefined ? {} : { model }), ...(point.effort === undefined ? {} : { effort: point.effort }), ...(point.sandbox === undefined ? {} : { sandbox: point.sandbox }), title: request.title ?? `Fork of ${point.title}`.slice(0, 200),
      })
    })
    return this.#ref(made, writer)
  }

  /** @throws {AppError} when the command does not fit; nothing is changed then. */
  async command(session: string, command: Command, by: Author): Promise<CommandResult> {
    const writer = await this.#find(session)
    if (command.type === 'policy.add') await refuseBrokenExamples(command.text)
    const attachments = command.type === 'turn.start' ? await findAttachments(this.#deps.blobs, command.attachments) : []
    const result = await writer.run({ by, cause: command.id }, (tx) => handleCommand(tx, session, command, attachments))
    if (command.type === 'approval.answer' || command.type === 'grant.revoke') await this.#deps.projectGrants.saved()
    return result
  }

  /** What the session runs, as its log pins it. */
  async pinned(session: string): Promise<Pick<Lane, 'session' | 'agent' | 'workspace'>> {
    const { agent, workspace } = await (await this.#find(session)).peek((state) => laneOf(state, session))
    return { session, agent, workspace }
  }

  /** What the session has to keep to. */
  async policies(session: string): Promise<SessionPolicies> {
    const server = this.#deps.policies().list
    return (await this.#find(session)).peek((state) => sessionPolicies(state, session, server))
  }

  /** Why a call was decided as it was. @throws {AppError} 'not_found' */
  async decision(session: string, call: string, all: boolean): Promise<CallDecision> {
    const { tree } = await this.#find(session)
    return explainCall(this.#deps.store, { tree, session, call, all })
  }

  /** Starts what waited for a person's trust. */
  async resume(session: string, by: Author): Promise<void> {
    const writer = await this.#find(session)
    await writer.run({ by }, (tx) => void startNext(tx, session))
  }

  async describe(session: string): Promise<SessionRef> {
    return this.#ref(session, await this.#find(session))
  }

  /** Subscribes to a tree through one of its sessions, then says what came before: no gap, no duplicate. */
  async open(session: string, from: { readonly after?: number; readonly items: number }, listener: TreeListener): Promise<Opened> {
    const writer = await this.#find(session)
    const held = holdBack(listener)
    const published = await writer.attach(held.listener)
    const close = () => writer.detach(held.listener)
    try {
      const start = await this.#startOf(writer, session, from, published)
      return { ...start, seq: published.seq, partials: published.partials, begin: () => held.release(), close: () => close() }
    } catch (error) {
      close()
      throw error
    }
  }

  onRows(listener: (rows: readonly IndexRow[], removed: readonly string[]) => void): () => void {
    this.#rowListeners.add(listener)
    return () => this.#rowListeners.delete(listener)
  }

  /** Removes a whole tree. @throws {AppError} 'conflict' while it runs. */
  async remove(session: string): Promise<void> {
    const writer = await this.#find(session)
    const { running, sessions } = await writer.peek((state) => ({
      running: Object.values(state.lanes).some((lane) => lane.turn !== undefined), sessions: Object.keys(state.lanes),
    }))
    if (running) throw new AppError('conflict', 'A turn is running. Stop it before deleting the session.')
    await this.#deps.store.remove(writer.tree)
    this.#writers.delete(writer.tree)
    this.#ledger.removed(writer.tree)
    for (const each of sessions) this.#trees.delete(each)
    for (const listen of this.#rowListeners) listen([], sessions)
  }

  /** Ends the links and saves snapshots. Hosts and their agents go on. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopSweep()
    this.#askTimers.close()
    this.#hub.close()
    for (const writer of this.#writers.values()) await writer.snapshot().catch((error: unknown) => this.#deps.report('saving a snapshot', error))
  }

  async #startOf(writer: TreeWriter, session: string, from: { after?: number; items: number }, published: { seq: number; views: TreeState['views']; partials: readonly PartialItem[] }) {
    const view = own(published.views, session)
    if (view === undefined) throw new AppError('not_found', `There is no session ${session}.`)
    if (from.after !== undefined && from.after <= published.seq && published.seq - from.after <= maxResumeEvents) {
      const events = await this.#deps.store.read(writer.tree, from.after, published.seq - from.after)
      return { events: events.filter((event) => event.seq <= published.seq) }
    }
    const items = await this.#deps.store.items(session, { limit: from.items + 1 })
    const page = { items: items.slice(-from.items), older: items.length > from.items }
    return { events: [], snapshot: { session, tree: writer.tree, seq: published.seq, view, page, partials: [...published.partials] } }
  }

  async #ref(session: string, writer: TreeWriter): Promise<SessionRef> {
    const view = await writer.peek(() => own(writer.published.views, session))
    if (view === undefined) throw new AppError('not_found', `There is no session ${session}.`)
    return { session, tree: writer.tree, view }
  }

  async #find(session: string): Promise<TreeWriter> {
    const tree = this.#trees.get(session) ?? (await this.#deps.store.treeOf(session))
    if (tree === undefined) throw new AppError('not_found', `There is no session ${session}.`)
    this.#trees.set(session, tree)
    return this.#writer(tree)
  }

  #writer(tree: string): TreeWriter {
    const known = this.#writers.get(tree)
    if (known !== undefined) return known
    const writer = new TreeWriter(tree, {
      store: this.#deps.store,
      surroundings: () => this.#surroundings(),
      dispatch: (state, orders) => this.#dispatch(state, orders),
      published: (rows, events) => this.#published(rows, events),
      ledger: this.#ledger,
    })
    this.#writers.set(tree, writer)
    return writer
  }

  /** Other policies of the server are in force: what gateways decide alone is made anew at once. */
  async policiesChanged(): Promise<void> {
    await Promise.all([...this.#writers.values()].map(async (writer) => {
      if (await writer.peek((state) => Object.values(state.lanes).some(({ walled }) => walled === true))) await writer.run(byEngine, sendTables)
    }))
  }

  #surroundings(): Surroundings {
    const { clock, ids, policies, prices, abilities, trusts, trustedProject, projectGrants } = this.#deps
    return { now: clock.now(), ids, policies: policies(), prices, ledger: this.#ledger, host: this.#hub.current, abilities, trusts, trustedProject, projectGrants }
  }

  #orders: Promise<void> = Promise.resolve()

  /** Sends orders one after the other; building one may need the store. */
  #dispatch(state: TreeState, orders: readonly HostOrder[]): void {
    if (orders.length === 0) return
    this.#orders = this.#orders.then(async () => {
      for (const { host, message } of orders) {
        const built = await this.#built(state, message)
        if (built !== undefined) this.#hub.send(host.epoch, built)
      }
    }).catch((error: unknown) => this.#deps.report('sending orders to a host', error))
  }

  #built(state: TreeState, message: HostOrder['message']): Promise<ToHost | undefined> {
    const { store: sessions, blobs, trustedProject, boxCeiling: ceiling = () => undefined } = this.#deps
    const stores = { sessions, blobs, branch: (lane: Lane) => this.#branch(state, lane), trustedProject, ceiling }
    switch (message.type) {
      case 'turn.run': return runOrder(state, message.session, stores)
      case 'switch.run': return switchOrder(state, message.session, stores)
      default: return Promise.resolve(message)
    }
  }

  /** Only where the program can, and while its source stands where this session left it. */
  async #branch(state: TreeState, lane: Lane): Promise<SessionSetup['forkOf']> {
    const memory = own(lane.memories, lane.harness)
    if (memory?.branchOf === undefined || this.#deps.abilities(lane.harness)?.fork !== true) return undefined
    const { session } = memory.branchOf
    const source = await this.#find(session).catch(() => undefined) // Deleted meanwhile.
    const stands = await source?.peek(({ lanes }) => {
      const { turn, lastEnd } = own(lanes, session) ?? {}
      return turn === undefined && lastEnd?.seq === memory.seq
    })
    return stands === true && state.tree !== source?.tree ? memory.branchOf : undefined
  }

  #published(rows: readonly IndexRow[], events: readonly Envelope[]): void {
    this.#askTimers.see(events)
    for (const listen of this.#rowListeners) listen(rows, [])
    const end = events.findLast((event) => event.type === 'turn.ended')
    const last = events.at(-1)
    if (end === undefined || last === undefined || this.#deps.sign === undefined) return
    const { tree, seq, hash, at } = last
    this.#deps.store.saveHead(this.#deps.sign({ tree, seq, hash, at })).catch((error: unknown) => this.#deps.report('saving a signed head', error))
  }

  #delta(delta: Delta): void {
    const tree = this.#trees.get(delta.session) ?? delta.session
    this.#writers.get(tree)?.delta(delta)
  }

  async #attached(host: AttachedHost): Promise<void> {
    for (const tree of await this.#deps.index.active()) {
      const writer = this.#writer(tree)
      await writer.run(byEngine, (tx) => {
        hostAttached(tx, host, writer.published.partials)
        this.#askTimers.takeUp(tx.state)
      })
        .catch((error: unknown) => this.#deps.report(`going on with ${tree}`, error))
    }
  }

  /** A link that is down for longer than the grace shows as `waiting (host)`; nothing else changes. */
  #detached(host: AttachedHost): void {
    if (this.#closed) return
    this.#deps.clock.after(linkGraceMs, () => {
      if (this.#closed || this.#hub.isAttached(host.epoch)) return
      for (const writer of this.#writers.values()) {
        writer.run(byEngine, (tx) => hostSilent(tx, host))
          .catch((error: unknown) => this.#deps.report('marking a host as silent', error))
      }
    })
  }

  #sweepLater(): void {
    this.#stopSweep = this.#deps.clock.after(evictEveryMs, () => {
      for (const [tree, writer] of this.#writers) {
        void writer.snapshot().catch((error: unknown) => this.#deps.report('saving a snapshot', error))
        if (writer.idle) this.#writers.delete(tree)
      }
      this.#sweepLater()
    })
  }
}
