import { partialKey } from '../../client/live-state.ts'
import { readableText } from '../../spec/stored-text.ts'
import type { ItemOf, PartialItem, TranscriptItem } from '../../spec/view/transcript-item.ts'

/** One row of the transcript as it is drawn. `key` stays the same when a streamed message is completed. */
export type Row =
  | { readonly type: 'item'; readonly key: string; readonly item: Exclude<TranscriptItem, { kind: 'tool' }> }
  | { readonly type: 'tool'; readonly key: string; readonly item: ItemOf<'tool'>; readonly live: string | undefined }
  | { readonly type: 'stream'; readonly key: string; readonly text: string; readonly reasoning: string }

/** What is drawn: items in order without what was rewound, then what is being streamed. */
export function rowsOf(items: readonly TranscriptItem[], partials: ReadonlyMap<string, PartialItem>, session: string): Row[] {
  const rows: Row[] = []
  for (const item of items) {
    if (item.rewound === true) continue
    if (item.kind === 'tool') rows.push({ type: 'tool', key: String(item.key), item, live: partials.get(partialKey({ session: item.session, item: item.call, kind: 'output' }))?.text })
    else rows.push({ type: 'item', key: item.kind === 'message' ? `m:${item.item}` : String(item.key), item })
  }
  const streams = new Map<string, { text: string; reasoning: string }>()
  for (const partial of partials.values()) {
    if (partial.session !== session || partial.kind === 'output') continue
    const stream = streams.get(partial.item) ?? { text: '', reasoning: '' }
    stream[partial.kind] = partial.text
    streams.set(partial.item, stream)
  }
  for (const [item, stream] of streams) {
    if (stream.text === '' && isSaid(items, stream.reasoning)) continue
    rows.push({ type: 'stream', key: `m:${item}`, ...stream })
  }
  return withUniqueKeys(rows)
}

/** Some programs stream a thought under one id and complete it as part of the message that follows, under another. */
function isSaid(items: readonly TranscriptItem[], thought: string): boolean {
  return items.slice(-200).some((item) => item.kind === 'message' && item.reasoning !== undefined && readableText(item.reasoning).includes(thought.trim()))
}

/** A program may use one message id twice; React must not. */
function withUniqueKeys(rows: Row[]): Row[] {
  const seen = new Set<string>()
  return rows.map((row, index) => {
    const key = seen.has(row.key) ? `${row.key}#${index}` : row.key
    seen.add(key)
    return key === row.key ? row : { ...row, key }
  })
}
