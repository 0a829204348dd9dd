import type { SessionEvent } from '../spec/events/session-event.ts'
import type { Delta, PartialItem } from '../spec/view/transcript-item.ts'

/** Characters kept of one streamed item; a longer one is no longer offered to late joiners, who get it when it completes. */
const maxChars = 4 * 1024 * 1024

/** What has been streamed of items that are not completed: in memory only, for late joiners. */
export class Partials {
  readonly #items = new Map<string, PartialItem>()

  /**
   * Adds a delta and returns the part that is new, or undefined when there is none: a host that reconnects may repeat,
   * and after a gap nothing of the item fits until it completes.
   */
  add(delta: Delta): Delta | undefined {
    const key = `${delta.session}/${delta.item}/${delta.kind}`
    const known = this.#items.get(key)
    const length = known?.text.length ?? 0
    if (delta.offset > length) return undefined
    const text = delta.text.slice(length - delta.offset)
    if (text === '' || length + text.length > maxChars) return undefined
    const { session, turn, item, kind } = delta
    this.#items.set(key, { session, turn, item, kind, text: (known?.text ?? '') + text })
    return { ...delta, offset: length, text }
  }

  /** Forgets what an event has completed. */
  settle(event: SessionEvent): void {
    if (event.type === 'message.completed') this.#forget(event.session, event.data.item)
    else if (event.type === 'tool.completed') this.#forget(event.session, event.data.call)
    else if (event.type === 'turn.ended') for (const [key, item] of this.#items) if (item.session === event.session) this.#items.delete(key)
  }

  of(session?: string): PartialItem[] {
    return [...this.#items.values()].filter((item) => session === undefined || item.session === session)
  }

  get size(): number {
    return this.#items.size
  }

  #forget(session: string, item: string): void {
    for (const kind of ['text', 'reasoning', 'output']) this.#items.delete(`${session}/${item}/${kind}`)
  }
}
