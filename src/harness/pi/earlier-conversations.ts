import { join, relative } from 'node:path'
import type { ConversationPart } from '../../spec/earlier-conversation.ts'
import { type ConversationPlace, type EarlierConversations, type FoundConversation, maxConversations } from '../../spec/ports/earlier-conversations.ts'
import { foundConversation, lineOfDescent, maxListedBytes, maxReadBytes, readRecord, type RecordFile, recordFiles, timeOf, tooLong } from '../conversation-records.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { piTitle } from './pi-actions.ts'

/**
 * Pi’s records, version 3: `sessions/--<folder with dashes>--/<time>_<id>.jsonl` in its agent folder. A first line `session` with the
 * folder, then entries that name the one they follow; the last entry is where the conversation stands.
 */
const recordName = /^[\dT-]+Z_([\w-]{8,64})\.jsonl$/
const words = ['"']

export const piConversations: EarlierConversations = {
  async list(place) {
    const found: FoundConversation[] = []
    for (const file of await filesOf(place)) {
      if (found.length === maxConversations) break
      const { lines, cut } = await readRecord(file.path, { maxBytes: maxListedBytes, from: 'start', words })
      const name = text(lines.findLast((line) => line['type'] === 'session_info')?.['name'])
      if (isOf(lines, place.workspace)) found.push(...foundConversation(file, { token: file.path, name, parts: partsOf(lines), cut }))
    }
    return found
  },
  async read(place, id) {
    const file = (await filesOf(place)).find((each) => each.id === id)
    if (file === undefined || !isOf((await readRecord(file.path, { maxBytes: 64 * 1024, from: 'start', words })).lines, place.workspace)) return undefined
    const { lines, cut } = await readRecord(file.path, { maxBytes: maxReadBytes, from: 'end', words })
    return { parts: partsOf(lines), ...(cut ? { leftOut: tooLong } : {}) }
  },
  async find(place, id) {
    const file = (await filesOf(place)).find((each) => each.id === id)
    return file && { file: file.path, within: relative(folderOf(place), file.path) }
  },
}

const folderOf = ({ env }: Pick<ConversationPlace, 'env'>): string => env['PI_CODING_AGENT_DIR'] ?? join(env['HOME'] ?? '/', '.pi', 'agent')

function filesOf({ env, workspace }: ConversationPlace): Promise<RecordFile[]> {
  return recordFiles(join(folderOf({ env }), 'sessions', `--${workspace.replace(/^\//, '').replaceAll(/[/\\:]/g, '-')}--`), recordName)
}

/** Two folders can have one name with dashes. */
function isOf([first]: readonly JsonRecord[], workspace: string): boolean {
  return first?.['type'] === 'session' && first['cwd'] === workspace
}

function partsOf(lines: readonly JsonRecord[]): ConversationPart[] {
  const entries = lineOfDescent(lines.filter((line) => line['type'] !== 'session'), (line) => text(line['id']), (line) => text(line['parentId'])).filter((line) => line['type'] === 'message')
  const results = new Map(entries.map((entry) => record(entry['message'])).filter((message) => message['role'] === 'toolResult').map((message) => [text(message['toolCallId']), message]))
  return entries.flatMap((entry) => messageParts(record(entry['message']), results, timeOf(entry['timestamp'])))
}

function messageParts(message: JsonRecord, results: ReadonlyMap<string, JsonRecord>, at: { readonly at?: number }): ConversationPart[] {
  const said = textOf(message['content'])
  if (message['role'] === 'user') return said === '' ? [] : [{ kind: 'prompt', text: said, ...at }]
  if (message['role'] !== 'assistant') return []
  const calls = records(message['content']).filter((block) => block['type'] === 'toolCall')
  return [...(said === '' ? [] : [{ kind: 'message' as const, text: said, ...at }]), ...calls.map((call) => toolPart(call, results.get(text(call['id'])), at))]
}

function toolPart(call: JsonRecord, result: JsonRecord | undefined, at: { readonly at?: number }): ConversationPart {
  const [tool, input] = [text(call['name']), record(call['arguments'])]
  const outcome = result === undefined ? 'interrupted' : result['isError'] === true ? 'error' : 'ok'
  return { kind: 'tool', tool, title: piTitle(tool, input), input: JSON.stringify(input), outcome, output: textOf(result?.['content']), ...at }
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : records(content).filter((block) => block['type'] === 'text').map((block) => text(block['text'])).join('')
}
