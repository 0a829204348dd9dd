import type { Envelope } from '../../spec/events/envelope.ts'
import { readEvent, type SessionEvent } from '../../spec/events/session-event.ts'
import type { AppendBatch, SessionStore } from '../../spec/ports/session-store.ts'
import { applyEvent, emptyView } from '../../spec/view/apply-event.ts'
import { emptyItemFold, foldItems } from '../../spec/view/fold-items.ts'
import { rowOf } from '../../spec/view/index-row.ts'
import type { SessionView } from '../../spec/view/session-view.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'

const pageSize = 1_000

/** Everything a store keeps beside the events of a tree, folded from them. */
export type Projection = Required<Pick<AppendBatch, 'items' | 'rows' | 'rewound'>>

/** `events`: the whole log, the prefix of a fork included. */
export function projectLog(tree: string, events: readonly Envelope[]): Projection {
  const projector = new Projector(tree)
  for (const event of events) projector.add(event)
  return projector.finish()
}

/** Drops and writes again what is kept beside a tree's events. Events are read page by page. */
export async function reindexTree(sessions: SessionStore, tree: string): Promise<void> {
  const projector = new Projector(tree)
  for (let after = 0; ; ) {
    const page = await sessions.read(tree, after, pageSize)
    for (const event of page) projector.add(event)
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) break
    after = last.seq
  }
  await sessions.reindex(tree, projector.finish())
}

class Projector {
  readonly #tree: string
  readonly #own = new Set<string>()
  readonly #views = new Map<string, SessionView>()
  readonly #items = new Map<number, TranscriptItem>()
  readonly #rewound: Projection['rewound'][number][] = []
  #fold = emptyItemFold

  constructor(tree: string) {
    this.#tree = tree
  }

  add(stored: Envelope): void {
    const event = readEvent(stored)
    if (event.tree === this.#tree) this.#own.add(event.session)
    this.#views.set(event.session, applyEvent(this.#viewBefore(event), event))
    const change = foldItems(this.#fold, event)
    this.#fold = change.fold
    for (const item of change.items) this.#items.set(item.key, item)
    if (change.rewound !== undefined) this.#rewound.push(change.rewound)
  }

  finish(): Projection {
    const own = [...this.#own].flatMap((session) => this.#views.get(session) ?? [])
    return { items: [...this.#items.values()], rows: own.map(rowOf), rewound: this.#rewound }
  }

  #viewBefore(event: SessionEvent): SessionView {
    const from = event.type === 'session.forked' ? event.data.from.session : event.session
    return this.#views.get(from) ?? emptyView(this.#tree, from)
  }
}
