import { AppError } from '../spec/app-error.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { readEvent } from '../spec/events/session-event.ts'
import type { AppendBatch, ForkLink, SessionStore } from '../spec/ports/session-store.ts'
import { type IndexRow, rowOf } from '../spec/view/index-row.ts'
import type { SessionView } from '../spec/view/session-view.ts'
import type { Delta, PartialItem } from '../spec/view/transcript-item.ts'
import { byEngine } from './engine-author.ts'
import type { Ledger } from './ledger.ts'
import { loadTree, rememberPolicies } from './load-tree.ts'
import { decideWaiting, hasWaiting } from './model-calls.ts'
import { Partials } from './partials.ts'
import { react } from './tools/react.ts'
import { foldVersion, type TreeState, writeTree } from './state/tree-state.ts'
import { type Batch, type HostOrder, type Origin, type Surroundings, Transaction } from './transaction.ts'

/** Hears what became durable, in order, and deltas between. Called synchronously: it must not block. */
export interface TreeListener {
  events(events: readonly Envelope[]): void
  delta(delta: Delta): void
}

export interface WriterDeps {
  readonly store: SessionStore
  surroundings(): Surroundings
  /** Sends orders of a durable batch, in order. */
  dispatch(state: TreeState, orders: readonly HostOrder[]): void
  published(rows: readonly IndexRow[], events: readonly Envelope[]): void
  readonly ledger: Ledger
}

/** Everything a client needs to start from, true at `seq`. */
export interface Published {
  readonly seq: number
  readonly views: Readonly<Record<string, SessionView>>
  readonly partials: readonly PartialItem[]
}

const snapshotEvery = 1_000

/**
 * The single writer of one tree. Work runs one at a time on the state after everything decided before it; commits are
 * pipelined, and answers, publication and orders wait for the commit. A commit that fails makes every later one fail
 * too; the state is then read again from the store, so nothing that is not durable is ever built upon.
 */
export class TreeWriter {
  readonly tree: string
  readonly #deps: WriterDeps
  readonly #listeners = new Set<TreeListener>()
  readonly #partials = new Partials()
  #state: TreeState | undefined
  #published: { seq: number; views: Readonly<Record<string, SessionView>> } = { seq: 0, views: {} }
  /** Serialises work. */
  #work: Promise<unknown> = Promise.resolve()
  /** Serialises what follows a commit. */
  #commits: Promise<unknown> = Promise.resolve()
  #failed = false
  #pending = 0
  #snapshotSeq = 0

  constructor(tree: string, deps: WriterDeps) {
    this.tree = tree
    this.#deps = deps
  }

  /**
   * Runs `decide` on the current state; resolves with its result once what it emitted is durable.
   * @throws {AppError} what `decide` throws (nothing changed), or 'unavailable' when it can not be stored.
   */
  run<Result>(origin: Origin, decide: (tx: Transaction) => Result): Promise<Result> {
    return this.#enqueue(async () => {
      const state = await this.#load()
      await this.#remember(state)
      return this.#transact(state, origin, decide, (batch, changed) => this.#deps.store.append({ tree: this.tree, ...toAppend(batch, state, changed) }))
    })
  }

  /** As `run`, for the first batch of a fork. `decide` must emit `session.forked` first. */
  runFork<Result>(from: ForkLink, origin: Origin, decide: (tx: Transaction) => Result): Promise<Result> {
    return this.#enqueue(async () => {
      const state = await loadTree(this.#deps.store, from.tree, this.#deps.surroundings().policies.list, { as: this.tree, upTo: from.seq })
      this.#state = state
      return this.#transact(state, origin, decide, (batch, changed) => this.#deps.store.fork(from, { tree: this.tree, ...toAppend(batch, state, changed) }))
    })
  }

  /** A streamed piece: published, kept for late joiners, never stored. */
  delta(delta: Delta): void {
    const fresh = this.#partials.add(delta)
    if (fresh !== undefined) for (const listener of this.#listeners) listener.delta(fresh)
  }

  /** Subscribes first, then hands out the published state: what `listener` hears follows it without gap or duplicate. */
  async attach(listener: TreeListener): Promise<Published> {
    await this.#enqueue(async () => {
      await this.#load()
      await this.#commits
      this.#listeners.add(listener)
      return { durable: Promise.resolve(), result: undefined }
    })
    return this.published
  }

  detach(listener: TreeListener): void {
    this.#listeners.delete(listener)
  }

  /** Durable state only. Loaded first by `attach` or `run`. */
  get published(): Published {
    return { ...this.#published, partials: this.#partials.of() }
  }

  /** The state after everything decided, durable or not. */
  async peek<Result>(read: (state: TreeState) => Result): Promise<Result> {
    return this.#enqueue(async () => ({ durable: Promise.resolve(), result: read(await this.#load()) }))
  }

  /** True when dropping it from memory loses nothing. */
  get idle(): boolean {
    const running = Object.values(this.#state?.lanes ?? {}).some((lane) => lane.turn !== undefined)
    return this.#pending === 0 && this.#listeners.size === 0 && this.#partials.size === 0 && !running
  }

  /** Saves a snapshot of the fold, so that the next opening is quick. A cache: losing it loses nothing. */
  async snapshot(): Promise<void> {
    await this.#commits
    const state = this.#state
    if (state === undefined || this.#failed || state.seq !== this.#published.seq || state.seq - this.#snapshotSeq < snapshotEvery) return
    this.#snapshotSeq = state.seq
    await this.#deps.store.saveSnapshot(this.tree, { seq: state.seq, version: foldVersion, state: writeTree(state) })
  }

  readonly #decideAgain = (): void => {
    this.run(byEngine, decideWaiting).catch(() => undefined) // Whoever asks for the next write hears of it.
  }

  #enqueue<Result>(job: () => Promise<{ durable: Promise<void>; result: Result }>): Promise<Result> {
    this.#pending += 1
    const decided = this.#work.then(job)
    this.#work = decided.catch(() => undefined)
    const answer = decided.then(async ({ durable, result }) => {
      await durable
      return result
    })
    return answer.finally(() => {
      this.#pending -= 1
    })
  }

  async #load(): Promise<TreeState> {
    if (this.#failed) {
      await this.#commits
      this.#state = undefined
      this.#failed = false
    }
    if (this.#state === undefined) {
      this.#state = await loadTree(this.#deps.store, this.tree, this.#deps.surroundings().policies.list)
      this.#published = { seq: this.#state.seq, views: { ...this.#state.views } }
      this.#deps.ledger.put(this.tree, this.#state.money)
    }
    return this.#state
  }

  /** Policies decide on the whole log: those that came into force in its middle are shown the beginning first. */
  async #remember(state: TreeState): Promise<void> {
    const { list } = this.#deps.surroundings().policies
    if (list.countsWide || state.policy.countsWide) await this.#deps.ledger.ready()
    if (state.policy.server === list.hash && state.policy.behind.length === 0) return
    await this.#commits
    state.policy = await rememberPolicies(this.#deps.store, state, list)
  }

  async #transact<Result>(state: TreeState, origin: Origin, decide: (tx: Transaction) => Result, store: (batch: Batch, changed: Changed) => Promise<void>) {
    const tx = new Transaction(state, this.#deps.surroundings(), origin)
    const before = state.money
    let result: Result
    try {
      result = decide(tx)
      if (mayFree(tx.batch)) decideWaiting(tx)
      if (tx.batch.events.length > 0) react(tx)
      if (tx.batch.events.length > 0) this.#deps.ledger.waits(this.tree, hasWaiting(state) ? this.#decideAgain : undefined)
    } catch (error) {
      // A handler that threw after emitting has changed the state in memory: read it again.
      if (tx.batch.events.length > 0) this.#failed = true
      throw error
    }
    // An answer to a repeated command must not overtake the commit of the first.
    if (tx.batch.events.length === 0) return { durable: this.#commits.then(() => this.#deps.dispatch(state, tx.batch.orders)), result }
    const rows = [...tx.batch.sessions].flatMap((session) => (state.views[session] === undefined ? [] : [rowOf(state.views[session])]))
    const views = { ...state.views }
    this.#deps.ledger.put(this.tree, state.money)
    const appended = this.#failed ? Promise.reject(storeFailed()) : store(tx.batch, { rows, ...(state.money === before ? {} : { money: state.money }) })
    const durable = Promise.all([appended, this.#commits]).then(() => {
      if (this.#failed) throw storeFailed()
      this.#publish(state, tx.batch, rows, views)
    })
    this.#commits = durable.catch(() => {
      this.#failed = true
    })
    return { durable, result }
  }

  #publish(state: TreeState, batch: Batch, rows: readonly IndexRow[], views: Readonly<Record<string, SessionView>>): void {
    this.#published = { seq: batch.events.at(-1)?.seq ?? this.#published.seq, views }
    for (const event of batch.events) this.#partials.settle(readEvent(event))
    for (const listener of this.#listeners) listener.events(batch.events)
    this.#deps.published(rows, batch.events)
    this.#deps.dispatch(state, batch.orders)
  }
}

/** What the batch makes of the list and of the tree's money. */
type Changed = Pick<AppendBatch, 'rows' | 'money'>

function toAppend(batch: Batch, state: TreeState, changed: Changed) {
  return {
    after: state.seq - batch.events.length, events: batch.events, items: [...batch.items.values()], ...changed,
    rewound: batch.rewound, blobs: [...batch.blobs],
  }
}

function storeFailed(): AppError {
  return new AppError('unavailable', 'An earlier write of this session failed, so this one was not made. Try again.')
}

/** Something that model calls may have waited for. */
const mayFree = ({ events }: Batch): boolean => events.some(({ type }) => type === 'money.settled' || type === 'money.released' || type === 'policy.changed' || type === 'turn.ended')
