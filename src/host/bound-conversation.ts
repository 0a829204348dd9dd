import { printable } from '../base/printable.ts'
import type { ConversationPart } from '../spec/earlier-conversation.ts'
import type { ConversationRecord } from '../spec/ports/earlier-conversations.ts'
import { limitText } from './limit-text.ts'

const maxParts = 1_000
const maxBytes = 8 * 1024 * 1024
const maxPartBytes = 256 * 1024
const maxTitleChars = 120

/** What is taken in of a record: well-formed texts, each bounded, the newest parts when there are too many, from a prompt on. */
export function boundConversation({ parts, leftOut }: ConversationRecord): ConversationRecord {
  const kept: ConversationPart[] = []
  let room = maxBytes
  for (const part of parts.toReversed()) {
    const bounded = boundPart(part)
    room -= bytesOf(bounded)
    if (room < 0 || kept.length === maxParts) break
    kept.unshift(bounded)
  }
  if (kept.length === parts.length) return { parts: kept, ...(leftOut === undefined ? {} : { leftOut }) }
  const first = Math.max(0, kept.findIndex(({ kind }) => kind === 'prompt'))
  const shown = kept.slice(first)
  return { parts: shown, leftOut: [`The oldest ${parts.length - shown.length} of its ${parts.length} parts are not shown.`, leftOut ?? ''].join(' ').trim() }
}

/** One line that is safe to print and to choose by. */
export function conversationTitle(title: string): string {
  const line = printable(title.slice(0, 4 * maxTitleChars).toWellFormed()).replaceAll(/\s+/g, ' ').trim()
  return line.length <= maxTitleChars ? line : `${line.slice(0, maxTitleChars - 1).toWellFormed()}…`
}

function boundPart(part: ConversationPart): ConversationPart {
  const bounded = (text: string) => limitText(text, maxPartBytes).text
  if (part.kind !== 'tool') return { ...part, text: bounded(part.text) }
  return { ...part, tool: part.tool.slice(0, 200).toWellFormed(), title: limitText(part.title, 2_000).text, input: bounded(part.input), output: bounded(part.output) }
}

function bytesOf(part: ConversationPart): number {
  return Buffer.byteLength(part.kind === 'tool' ? part.input + part.output : part.text) + 200
}
