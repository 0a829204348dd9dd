import type { Envelope } from '../spec/events/envelope.ts'
import type { Delta } from '../spec/view/transcript-item.ts'
import type { TreeListener } from './tree-writer.ts'

/** Keeps what arrives until the start has been handed out, so that a client never sees an event before its snapshot. */
export function holdBack(listener: TreeListener) {
  let held: (() => void)[] | undefined = []
  const pass = (deliver: () => void) => (held === undefined ? deliver() : void held.push(deliver))
  return {
    listener: { events: (events: readonly Envelope[]) => pass(() => listener.events(events)), delta: (delta: Delta) => pass(() => listener.delta(delta)) },
    release: () => {
      const waiting = held ?? []
      held = undefined
      for (const deliver of waiting) deliver()
    },
  }
}
