import { readableText } from '../spec/stored-text.ts'
import type { SessionStore } from '../spec/ports/session-store.ts'
import type { TranscriptItem } from '../spec/view/transcript-item.ts'

const maxChars = 120_000
const maxResultChars = 2_048
const pageSize = 200

/**
 * The earlier conversation as text, for a program that can not resume it natively: newest kept when it is too long, and
 * it says what was left out. Tool results over 2 KiB are cut, with their size. The running turn `except` is left out: the
 * program gets it as its prompt.
 */
export async function buildHistory(store: SessionStore, session: string, except: string): Promise<string | undefined> {
  const parts: string[] = []
  let chars = 0
  let before: number | undefined
  for (;;) {
    const items = await store.items(session, { limit: pageSize, ...(before === undefined ? {} : { before }) })
    for (const item of items.toReversed()) {
      const text = item.turn === except ? '' : describe(item)
      if (text === '') continue
      if (chars + text.length > maxChars) return frame([`[Earlier conversation left out: it is too long.]`, ...parts])
      parts.unshift(text)
      chars += text.length
    }
    before = items[0]?.key
    if (items.length < pageSize) return parts.length === 0 ? undefined : frame(parts)
  }
}

function frame(parts: readonly string[]): string {
  return `This session continues an earlier conversation. It follows as a record; its tool calls have been made already.\n\n${parts.join('\n\n')}`
}

function describe(item: TranscriptItem): string {
  switch (item.kind) {
    case 'prompt': return `[User]\n${item.text}`
    case 'message': return `[Assistant${item.partial === true ? ', cut off' : ''}]\n${readableText(item.text)}`
    case 'tool': return `[Tool call] ${item.title} → ${item.state}\n${cut(item.output === undefined ? '' : readableText(item.output))}`
    case 'end': return item.outcome === 'completed' ? '' : `[The turn was ${item.outcome}]`
    default: return ''
  }
}

function cut(text: string): string {
  return text.length <= maxResultChars ? text : `${text.slice(0, maxResultChars)}\n… ${text.length} characters in all`
}
