import type { Envelope } from '../../spec/events/envelope.ts'
import { readEvent } from '../../spec/events/session-event.ts'
import { emptyItemFold, foldItems } from '../../spec/view/fold-items.ts'
import type { TranscriptItem } from '../../spec/view/transcript-item.ts'

/** The item that the first of `events` opened, as it stands after the last one; undefined when it opened none. */
export function refoldItem(events: readonly Envelope[]): TranscriptItem | undefined {
  const [opening] = events
  let fold = emptyItemFold
  let item: TranscriptItem | undefined
  for (const event of events) {
    if (event.session !== opening?.session) continue
    const change = foldItems(fold, readEvent(event))
    fold = change.fold
    item = change.items.findLast((candidate) => candidate.key === opening.seq) ?? item
  }
  return item
}

/** The end of a turn whose start was erased: how long it took can not be folded any more. */
export function withoutDuration(item: TranscriptItem): TranscriptItem {
  if (item.kind !== 'end') return item
  const { ms: _ms, ...rest } = item
  return rest
}

/** States of a tool call that a later event can still change. */
export const openStates: readonly string[] = ['proposed', 'asking', 'running', 'unknown']

/**
 * What a fork at `seq` must keep of an item of its prefix, because the source changed it later or still can: the item as
 * it was. Undefined for an item that stays as it is.
 */
export function itemAtFork(item: TranscriptItem, seq: number, read: (after: number, upTo: number) => readonly Envelope[]): TranscriptItem | undefined {
  if (item.kind !== 'tool' || (item.changed <= seq && !openStates.includes(item.state))) return undefined
  const then = item.changed <= seq ? item : (refoldItem(read(item.key - 1, seq)) ?? item)
  const { rewound: _rewound, ...kept } = then
  return kept
}
