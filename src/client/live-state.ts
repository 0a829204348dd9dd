import type { ItemPage, Snapshot } from '../spec/api/http.ts'
import type { LiveMessage } from '../spec/api/live.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { readEvent } from '../spec/events/session-event.ts'
import { applyEvent } from '../spec/view/apply-event.ts'
import { emptyItemFold, foldItems, type ItemChange, type ItemFold } from '../spec/view/fold-items.ts'
import type { SessionView } from '../spec/view/session-view.ts'
import type { Delta, PartialItem, TranscriptItem } from '../spec/view/transcript-item.ts'

/** A session as a client shows it: everything is true at `seq`. Immutable; pure functions below make the next one. */
export interface LiveState {
  readonly session: string
  /** Undefined until the first snapshot. */
  readonly view: SessionView | undefined
  /** Last event folded. */
  readonly seq: number
  /** Ascending by `key`; what the conversation was rewound past is marked, not removed. */
  readonly items: readonly TranscriptItem[]
  /** True when older items exist before the first one. */
  readonly older: boolean
  /** What is being streamed, by `partialKey`. */
  readonly partials: ReadonlyMap<string, PartialItem>
  readonly fold: ItemFold
  /** Something is missing in between: the subscription must be made again from `seq`. */
  readonly stale: boolean
}

export function emptyLiveState(session: string): LiveState {
  return { session, view: undefined, seq: 0, items: [], older: false, partials: new Map(), fold: emptyItemFold, stale: false }
}

export const partialKey = ({ session, item, kind }: Pick<PartialItem, 'session' | 'item' | 'kind'>) => `${session}/${item}/${kind}`

/** Takes in one message of a session's subscription. */
export function receive(state: LiveState, message: LiveMessage): LiveState {
  switch (message.type) {
    case 'snapshot': return fromSnapshot(message.snapshot)
    case 'resumed': return { ...state, stale: message.seq !== state.seq, partials: partialsOf(message.partials) }
    case 'events': return applyEvents(state, message.events)
    case 'delta': return applyDelta(state, message.delta)
    default: return state
  }
}

function fromSnapshot({ session, seq, view, page, partials }: Snapshot): LiveState {
  return { session, view, seq, items: page.items, older: page.older, partials: partialsOf(partials), fold: seedFold(page.items, view), stale: false }
}

/** Folds events in order. What was folded already is skipped; a gap stops the fold and marks the state as stale. */
export function applyEvents(state: LiveState, events: readonly Envelope[]): LiveState {
  let { view, seq, fold } = state
  if (view === undefined) return state
  const items = new ItemList(state.items)
  const partials = new Map(state.partials)
  let stale = state.stale
  for (const stored of events) {
    if (stored.seq <= seq) continue
    if (stored.seq !== seq + 1) {
      stale = true
      break
    }
    const event = readEvent(stored)
    view = applyEvent(view, event)
    const change = foldItems(fold, event)
    fold = change.fold
    items.change(change, state.session)
    settle(partials, stored, event.type === 'unsupported' ? undefined : event.data)
    seq = stored.seq
  }
  return { ...state, view, seq, fold, items: items.list, partials, stale }
}

/**
 * Appends streamed text by its offset: text that is here already is dropped, a hole makes the state stale. Text of an item
 * that has been completed came too late to matter.
 */
export function applyDelta(state: LiveState, delta: Delta): LiveState {
  const key = partialKey(delta)
  const known = state.partials.get(key)
  const length = known?.text.length ?? 0
  if (delta.offset > length) return isDone(state, delta) ? state : { ...state, stale: true }
  const text = delta.text.slice(length - delta.offset)
  if (text === '' || (known === undefined && isDone(state, delta))) return state
  const { session, turn, item, kind } = delta
  const partials = new Map(state.partials).set(key, { session, turn, item, kind, text: (known?.text ?? '') + text })
  return { ...state, partials }
}

/**
 * Puts an older page before what is here. `since` are the events that arrived after the page was asked for: the page may
 * have been read before them, and an item in it that they change must not stay as it was.
 */
export function addOlder(state: LiveState, page: ItemPage, since: readonly Envelope[]): LiveState {
  let fold = seedFold(page.items, undefined)
  const older = new ItemList(page.items)
  const keys = new Set(page.items.map((item) => item.key))
  for (const stored of since) {
    const change = foldItems(fold, readEvent(stored))
    fold = change.fold
    older.change({ ...change, items: change.items.filter((item) => keys.has(item.key)) }, undefined)
  }
  const first = state.items[0]?.key ?? Number.POSITIVE_INFINITY
  return {
    ...state, older: page.older, items: [...older.list.filter((item) => item.key < first), ...state.items],
    fold: { ...state.fold, tools: { ...seedFold(older.list, undefined).tools, ...state.fold.tools } },
  }
}

/** The item fold as it stands after `items`: only what can still change. */
function seedFold(items: readonly TranscriptItem[], view: SessionView | undefined): ItemFold {
  const open = items.flatMap((item) =>
    item.kind === 'tool' && ['proposed', 'asking', 'running', 'unknown'].includes(item.state) ? [[`${item.session}/${item.call}`, item] as const] : [])
  return { tools: Object.fromEntries(open), turnStarts: view?.turn === undefined ? {} : { [view.session]: view.turn.startedAt } }
}

/** Items by key, copied once for any number of changes. */
class ItemList {
  #list: readonly TranscriptItem[]
  #copy: TranscriptItem[] | undefined

  constructor(list: readonly TranscriptItem[]) {
    this.#list = list
  }

  get list(): readonly TranscriptItem[] {
    return this.#copy ?? this.#list
  }

  /** `lane`: only items of this session are kept; undefined keeps all. */
  change(change: ItemChange, lane: string | undefined): void {
    for (const item of change.items) if (lane === undefined || item.session === lane) this.#put(item)
    const { rewound } = change
    if (rewound === undefined || (lane !== undefined && rewound.session !== lane)) return
    this.#copy = this.list.map((item) => (item.key > rewound.after && item.key < rewound.before ? { ...item, rewound: true } : item))
  }

  #put(item: TranscriptItem): void {
    this.#copy ??= [...this.#list]
    const at = placeOf(this.#copy, item.key)
    const known = this.#copy[at]
    if (known?.key !== item.key) this.#copy.splice(at, 0, item)
    else if (known.changed <= item.changed) this.#copy[at] = known.rewound === true ? { ...item, rewound: true } : item
  }
}

/** Index of the first item whose key is not below `key`. */
function placeOf(items: readonly TranscriptItem[], key: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.key ?? key) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** A completed item replaces what was streamed of it; the end of a turn ends all its streams. */
function settle(partials: Map<string, PartialItem>, event: Envelope, data: unknown): void {
  const id = event.type === 'message.completed' || event.type === 'tool.completed' ? completedId(data) : undefined
  for (const [key, partial] of partials) {
    if (partial.session === event.session && (event.type === 'turn.ended' || partial.item === id)) partials.delete(key)
  }
}

function completedId(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return undefined
  return 'item' in data ? data.item : 'call' in data ? data.call : undefined
}

/** True when the log already has the completed item: looked for among the newest, where a late delta can belong. */
function isDone(state: LiveState, delta: Delta): boolean {
  return state.items.slice(-200).some((item) =>
    (item.kind === 'message' && item.item === delta.item) || (item.kind === 'tool' && item.call === delta.item && item.endedAt !== undefined))
}

function partialsOf(partials: readonly PartialItem[]): ReadonlyMap<string, PartialItem> {
  return new Map(partials.map((partial) => [partialKey(partial), partial]))
}
