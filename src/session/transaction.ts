import { own } from '../base/own.ts'
import { AppError } from '../spec/app-error.ts'
import type { Author, Envelope, Source } from '../spec/events/envelope.ts'
import type { EventData, EventType, NewEvent } from '../spec/events/session-event.ts'
import { chainEvent } from '../spec/log/chain.ts'
import type { Prices } from '../spec/money/price-table.ts'
import type { Ids } from '../spec/ports/clock.ts'
import type { ProjectGrants } from '../spec/ports/project-grants.ts'
import type { HarnessCapabilities } from '../spec/ports/harness.ts'
import type { ToHost } from '../spec/ports/host-link.ts'
import type { TranscriptItem } from '../spec/view/transcript-item.ts'
import type { ServerPolicies } from '../policy/server-policies.ts'
import type { Ledger } from './ledger.ts'
import { foldTree } from './state/fold-tree.ts'
import type { Lane, TreeState } from './state/tree-state.ts'

/** What the engine asks of a harness's capabilities. */
export type Abilities = Pick<HarnessCapabilities, 'gate' | 'steer' | 'fork'>

/** What a decision may look at besides the log. Whatever mattered is stored with the event. */
export interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: Ids
  readonly policies: ServerPolicies
  readonly prices: Prices
  readonly ledger: Pick<Ledger, 'read'>
  readonly projectGrants: ProjectGrants
  /** The host that would run a turn now, when one is attached. */
  readonly host: { readonly id: string; readonly epoch: string; readonly name: string } | undefined
  /** What this harness can; undefined for one that is not known here. */
  abilities(harness: string): Abilities | undefined
  /** Whether a person allowed, on this machine, what the session's agent asks for. */
  trusts(subject: Pick<Lane, 'session' | 'agent' | 'workspace'>): boolean
  /** SHA-256 of the project's own hooks and servers that a person trusted for the session. */
  trustedProject(session: string): string | undefined
}

/** An order to a host, sent once the batch is durable. */
export interface HostOrder {
  readonly host: { readonly id: string; readonly epoch: string }
  /** `turn.run` and `switch.run` are built when they are sent, because the history may have to be read first. */
  readonly message: Exclude<ToHost, { type: 'turn.run' | 'switch.run' }> | { readonly type: 'turn.run' | 'switch.run'; readonly session: string }
}

/** Who and what caused the events of a batch. */
export interface Origin {
  readonly by: Author
  /** The command's id, or the `seq` of the causing event; the newest event where nothing else is known. */
  readonly cause?: string | number
  readonly src?: Source
}

/** What one command, fact or timer does to a tree: becomes durable as a whole or not at all. */
export interface Batch {
  readonly events: Envelope[]
  readonly items: Map<number, TranscriptItem>
  readonly rewound: { session: string; after: number; before: number }[]
  readonly orders: HostOrder[]
  readonly blobs: Set<string>
  readonly sessions: Set<string>
}

/**
 * Collects a batch. `emit` numbers, chains and folds at once, so what follows sees the state after it. A handler checks
 * everything before its first `emit`; one that throws later makes the writer reload the tree.
 */
export class Transaction {
  readonly batch: Batch
  readonly state: TreeState
  readonly around: Surroundings
  readonly #origin: Origin

  constructor(state: TreeState, around: Surroundings, origin: Origin, batch: Batch = emptyBatch()) {
    this.batch = batch
    this.state = state
    this.around = around
    this.#origin = origin
  }

  get by(): Author {
    return this.#origin.by
  }

  /** The same batch, caused by something else. */
  from(origin: Origin): Transaction {
    return new Transaction(this.state, this.around, origin, this.batch)
  }

  /** @throws {AppError} 'not_found' */
  lane(session: string): Lane {
    const lane = own(this.state.lanes, session)
    if (lane === undefined) throw new AppError('not_found', `There is no session ${session}.`)
    return lane
  }

  emit<Type extends EventType>(session: string, type: Type, data: EventData<Type>, options: { turn?: string; by?: Author; cause?: number } = {}): void {
    const turn = options.turn ?? own(this.state.lanes, session)?.turn?.turn
    const event = {
      session, type, data, by: options.by ?? this.#origin.by, cause: options.cause ?? this.#origin.cause ?? this.state.seq,
      ...(turn === undefined ? {} : { turn }),
      ...(this.#origin.src === undefined ? {} : { src: this.#origin.src }),
    } as NewEvent // `type` and `data` belong together by this signature.
    const stored = chainEvent(this.state, event, this.around.now)
    const change = foldTree(this.state, stored)
    this.batch.events.push(stored)
    this.batch.sessions.add(session)
    for (const item of change.items) this.batch.items.set(item.key, item)
    if (change.rewound !== undefined) this.batch.rewound.push(change.rewound)
  }

  /** Orders something of the host that runs `session`'s turn. */
  order(session: string, message: HostOrder['message']): void {
    const host = own(this.state.lanes, session)?.turn?.host ?? this.around.host
    if (host !== undefined) this.batch.orders.push({ host, message })
  }

  /** Names a blob that the events of this batch refer to. */
  uses(stored: object): void {
    if ('blob' in stored && typeof stored.blob === 'string') this.batch.blobs.add(stored.blob)
  }
}

function emptyBatch(): Batch {
  return { events: [], items: new Map(), rewound: [], orders: [], blobs: new Set(), sessions: new Set() }
}
