import type { Envelope } from '../../../src/spec/events/envelope.ts'
import { genesis } from '../../../src/spec/events/envelope.ts'
import type { EventData, EventType, NewEvent } from '../../../src/spec/events/session-event.ts'
import { chainEvents } from '../../../src/spec/log/chain.ts'
import type { AppendBatch, ForkLink, SessionStore } from '../../../src/spec/ports/session-store.ts'
import { projectLog } from '../../../src/store/projection/project-log.ts'

const agent = { name: 'tester', hash: '0'.repeat(64), spec: {} }
const workspace = { mode: 'here', path: '/w' } as const

/** Writes a tree as the engine does: numbered, chained, with the projection of each batch. */
export class TreeBuilder {
  readonly tree: string
  readonly root: string
  sessions: SessionStore
  /** The whole log, prefix included. */
  readonly events: Envelope[] = []
  now = 1_700_000_000_000
  #pending: NewEvent[] = []
  #turns = 0

  constructor(sessions: SessionStore, tree: string, root = tree) {
    this.sessions = sessions
    this.tree = tree
    this.root = root
  }

  get head() {
    const last = this.events.at(-1)
    return { tree: this.tree, seq: last?.seq ?? 0, hash: last?.hash ?? genesis, at: last?.at ?? 0 }
  }

  add<Type extends EventType>(type: Type, data: EventData<Type>, more: { session?: string; turn?: string } = {}): this {
    // Proof: `data` is that of `type`; the union can not follow the generic.
    this.#pending.push({ session: this.root, by: { kind: 'user', id: 'u' }, cause: 'c', type, data, ...more } as NewEvent)
    return this
  }

  created(title = 'A session', session = this.root): this {
    return this.add('session.created', { agent, harness: 'scripted', workspace, title }, { session })
  }

  /** One whole turn: a prompt and an answer. */
  turn(prompt: string, answer: string, session = this.root): this {
    this.#turns += 1
    const turn = `trn_${this.tree}_${this.#turns}`
    const host = { id: 'h', epoch: 'e' }
    return this.add('turn.started', { prompt: `p${this.#turns}`, text: prompt, harness: 'scripted', host }, { turn, session })
      .add('message.completed', { item: `m${this.#turns}`, text: { text: answer } }, { turn, session })
      .add('turn.ended', { outcome: 'completed' }, { turn, session })
  }

  proposed(call: string, input = 'ls'): this {
    return this.add('tool.proposed', { call, tool: 'bash', title: input, input: { text: input }, actions: [], gated: true })
  }

  completed(call: string, output: string, outcome: 'ok' | 'unknown' = 'ok'): this {
    return this.add('tool.completed', { call, outcome, output: { text: output } })
  }

  /** The batch of what was added; the builder goes on as if it were stored. */
  batch(blobs: readonly string[] = []): AppendBatch {
    const { head } = this
    this.events.push(...chainEvents(head, this.#pending, this.now))
    this.#pending = []
    const { items, rows, rewound } = projectLog(this.tree, this.events)
    return {
      tree: this.tree, after: head.seq, events: this.events.slice(head.seq), blobs,
      items: items.filter((item) => item.changed > head.seq), rows, rewound: rewound.filter((range) => range.before > head.seq),
    }
  }

  async store(blobs: readonly string[] = []): Promise<this> {
    await this.sessions.append(this.batch(blobs))
    return this
  }

  /** Forks this tree at `seq`; `added` adds what the first batch holds besides `session.forked`. */
  async fork(tree: string, seq = this.head.seq, session = this.root): Promise<TreeBuilder> {
    const point = this.events[seq - 1]
    if (point === undefined) throw new Error(`no event ${seq}`)
    const from: ForkLink = { tree: this.tree, session, seq, hash: point.hash }
    const fork = new TreeBuilder(this.sessions, tree)
    fork.events.push(...this.events.slice(0, seq))
    fork.now = this.now
    fork.add('session.forked', { agent, harness: 'scripted', workspace, title: `Fork ${tree}`, from })
    await this.sessions.fork(from, fork.batch())
    return fork
  }
}

/** Keys of a whole conversation. */
export async function keysOf(sessions: SessionStore, session: string, withRewound = false): Promise<number[]> {
  return (await sessions.items(session, { limit: 10_000, withRewound })).map((item) => item.key)
}
