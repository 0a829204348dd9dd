import { readableText, type StoredText } from '../spec/stored-text.ts'
import type { HistoryPart } from '../spec/ports/host-link.ts'
import type { BlobStore, SessionStore } from '../spec/ports/session-store.ts'
import type { SessionView } from '../spec/view/session-view.ts'
import type { TranscriptItem } from '../spec/view/transcript-item.ts'

const maxChars = 120_000
/** A tool result over this is laid down as a file; the text keeps its start. */
const maxResultBytes = 2_048
const maxFileBytes = 4 * 1024 * 1024
const pageSize = 200

export interface HistoryRequest {
  readonly session: string
  /** Only what came after this number of the log: the program knows the rest. */
  readonly after: number
  /** The running turn, which the program gets as its prompt. */
  readonly except?: string
  readonly plan: SessionView['plan']
}

export interface History {
  /** In order; empty when there is nothing to tell. */
  readonly parts: readonly HistoryPart[]
  /** What could not be carried over, for people. */
  readonly lost: readonly string[]
}

/**
 * The conversation as a program gets it that does not know it: newest kept when it is too long. Messages and calls as
 * text, long results as files, the open plan last; reasoning is one program's own and is not told.
 */
export async function buildHistory(stores: { readonly sessions: SessionStore; readonly blobs: BlobStore }, request: HistoryRequest): Promise<History> {
  const { items, cut } = await itemsAfter(stores.sessions, request)
  if (items.length === 0) return { parts: [], lost: [] }
  const budget = { fileBytes: maxFileBytes, shortened: 0 }
  const parts: HistoryPart[] = []
  // The newest results are the likeliest to be needed: they get the room for files first.
  for (const item of items.toReversed()) parts.unshift(...(await describe(item, stores.blobs, budget)))
  const lost = [
    ...(cut ? ['the oldest part of the conversation, which is too long'] : []),
    ...(items.some((item) => item.kind === 'message' && item.reasoning !== undefined) ? ['reasoning'] : []),
    ...(budget.shortened > 0 ? [`the middle of ${budget.shortened} long tool ${budget.shortened === 1 ? 'result' : 'results'}`] : []),
  ]
  const opening = `${cut ? 'The earliest part of the conversation is left out: it is too long.\n\n' : ''}This continues an earlier conversation. It follows as a record; its tool calls have been made already.\n\n`
  return { parts: [{ text: opening }, ...parts, ...planPart(request.plan)], lost }
}

/** Newest first from the store until there is enough, oldest first in the answer. */
async function itemsAfter(store: SessionStore, { session, after, except }: HistoryRequest): Promise<{ items: TranscriptItem[]; cut: boolean }> {
  const items: TranscriptItem[] = []
  let chars = 0
  let before: number | undefined
  for (;;) {
    const page = await store.items(session, { limit: pageSize, ...(before === undefined ? {} : { before }) })
    for (const item of page.toReversed()) {
      if (item.key <= after) return { items, cut: false }
      const size = except !== undefined && item.turn === except ? 0 : sizeOf(item)
      if (size === 0) continue
      if (chars + size > maxChars) return { items, cut: true }
      items.unshift(item)
      chars += size
    }
    before = page[0]?.key
    if (page.length < pageSize) return { items, cut: false }
  }
}

/** Characters it takes in the text; 0 for what is not told. */
function sizeOf(item: TranscriptItem): number {
  switch (item.kind) {
    case 'prompt': return item.text.length + 10
    case 'message': return bytesOf(item.text) + 30
    case 'tool': return item.title.length + Math.min(maxResultBytes, item.output === undefined ? 0 : bytesOf(item.output)) + 100
    case 'end': return item.outcome === 'completed' ? 0 : 40
    default: return 0
  }
}

async function describe(item: TranscriptItem, blobs: BlobStore, budget: { fileBytes: number; shortened: number }): Promise<HistoryPart[]> {
  switch (item.kind) {
    case 'prompt': return [{ text: `[User]\n${item.text}\n\n` }]
    case 'message': return [{ text: `[Assistant${item.partial === true ? ', cut off' : ''}]\n${await wholeText(item.text, blobs)}\n\n` }]
    case 'tool': return describeTool(item, blobs, budget)
    case 'end': return item.outcome === 'completed' ? [] : [{ text: `[The turn was ${item.outcome}]\n\n` }]
    default: return []
  }
}

async function describeTool(item: Extract<TranscriptItem, { kind: 'tool' }>, blobs: BlobStore, budget: { fileBytes: number; shortened: number }): Promise<HistoryPart[]> {
  const opening = `[Tool call] ${item.title} → ${item.state}\n`
  const output = item.output ?? { text: '' }
  const bytes = bytesOf(output)
  if (bytes <= maxResultBytes) return [{ text: `${opening}${readableText(output)}\n\n` }]
  const start = readableText(output).slice(0, maxResultBytes / 2).toWellFormed()
  const whole = bytes <= budget.fileBytes ? await wholeText(output, blobs) : undefined
  if (whole === undefined) {
    budget.shortened += 1
    return [{ text: `${opening}${start}\n… ${bytes} bytes in all\n\n` }]
  }
  budget.fileBytes -= bytes
  return [{ text: `${opening}${start}\n… ${bytes} bytes in all, the whole is in ` }, { file: `result-${item.key}.txt`, text: whole }, { text: '\n\n' }]
}

async function wholeText(stored: StoredText, blobs: BlobStore): Promise<string> {
  if ('text' in stored) return stored.text
  const bytes = await blobs.get(stored.blob)
  // A blob that was erased leaves its two ends.
  return bytes === undefined ? readableText(stored) : new TextDecoder().decode(bytes)
}

function bytesOf(stored: StoredText): number {
  return 'text' in stored ? stored.text.length : stored.bytes
}

function planPart(plan: SessionView['plan']): HistoryPart[] {
  if (!plan.some((entry) => entry.status !== 'done')) return []
  const marks = { pending: '[ ]', active: '[>]', done: '[x]' } as const
  return [{ text: `[Open plan]\n${plan.map((entry) => `${marks[entry.status]} ${entry.text}`).join('\n')}\n\n` }]
}
