import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { ConversationPart } from '../../spec/earlier-conversation.ts'
import { type ConversationPlace, type EarlierConversations, type FoundConversation, maxConversations } from '../../spec/ports/earlier-conversations.ts'
import { foundConversation, maxListedBytes, maxReadBytes, newestFirst, readRecord, type RecordFile, recordFiles, timeOf, tooLong } from '../conversation-records.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { plainCommand } from './plain-command.ts'

/**
 * Codex’s records: `sessions/<year>/<month>/<day>/rollout-<time>-<thread>.jsonl` in its home, of every folder. The first line,
 * `session_meta`, names the folder; `event_msg` has what a person typed, `response_item` what the model said and called.
 */
const recordName = /^rollout-[\dT-]{19}-([0-9a-f]{8}-[0-9a-f-]{27})\.jsonl$/
/** Records looked into, of all folders, the newest first. */
const maxLookedInto = 600
const maxFirstLineBytes = 256 * 1024
const words = ['"session_meta"', '"response_item"', '"user_message"', '"UserMessage"', '"thread_rolled_back"']

export const codexConversations: EarlierConversations = {
  async list(place) {
    const found: FoundConversation[] = []
    for (const { file } of await recordsOf(place)) {
      if (found.length === maxConversations) break
      const { lines, cut } = await readRecord(file.path, { maxBytes: maxListedBytes, from: 'start', words })
      found.push(...foundConversation(file, { token: file.id, name: '', parts: partsOf(lines), cut }))
    }
    return found
  },
  async read(place, id) {
    const found = (await recordsOf(place)).find(({ file }) => file.id === id)
    if (found === undefined) return undefined
    const { lines, cut } = await readRecord(found.file.path, { maxBytes: maxReadBytes, from: 'end', words })
    const leftOut = [cut ? tooLong : '', found.isBranch ? 'What was said before it was branched from another conversation is not shown.' : ''].filter((part) => part !== '')
    return { parts: partsOf(lines), ...(leftOut.length === 0 ? {} : { leftOut: leftOut.join(' ') }) }
  },
  async find(place, id) {
    const found = (await recordsOf(place)).find(({ file }) => file.id === id)
    return found && { file: found.file.path, within: relative(folderOf(place), found.file.path) }
  },
}

const folderOf = ({ env }: Pick<ConversationPlace, 'env'>): string => env['CODEX_HOME'] ?? join(env['HOME'] ?? '/', '.codex')

/** Those of this folder that a person began; the program's own sub-agents have records like them. */
async function recordsOf({ env, workspace }: ConversationPlace): Promise<{ readonly file: RecordFile; readonly isBranch: boolean }[]> {
  const found = []
  for (const file of newestFirst(await newestRecords(join(folderOf({ env }), 'sessions')))) {
    const [first] = (await readRecord(file.path, { maxBytes: maxFirstLineBytes, from: 'start', words: words.slice(0, 1) })).lines
    const meta = record(first?.['payload'])
    if (first?.['type'] === 'session_meta' && meta['cwd'] === workspace && meta['id'] === file.id && typeof meta['source'] === 'string') found.push({ file, isBranch: text(meta['forked_from_id']) !== '' })
  }
  return found
}

async function newestRecords(sessions: string): Promise<RecordFile[]> {
  const files: RecordFile[] = []
  const down = async (folder: string, depth: number): Promise<void> => {
    if (depth === 0) return void files.push(...(await recordFiles(folder, recordName)))
    const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d{2,4}$/.test(name)).toSorted().toReversed()
    for (const name of names) if (files.length < maxLookedInto) await down(join(folder, name), depth - 1)
  }
  await down(sessions, 3)
  return files.slice(0, maxLookedInto)
}

function partsOf(lines: readonly JsonRecord[]): ConversationPart[] {
  const outputs = new Map(lines.map((line) => record(line['payload'])).filter(({ type }) => text(type).endsWith('_call_output')).map((item) => [text(item['call_id']), item]))
  const parts: ConversationPart[] = []
  for (const line of lines) {
    const [item, at] = [record(line['payload']), timeOf(line['timestamp'])]
    if (line['type'] === 'response_item') parts.push(...itemParts(item, outputs, at))
    else if (item['type'] === 'thread_rolled_back') rollBack(parts, item['num_turns'])
    else parts.push(...promptParts(item, parts.at(-1), at))
  }
  return parts
}

/** Versions differ in how they write down a prompt; some write both. */
function promptParts(item: JsonRecord, last: ConversationPart | undefined, at: { readonly at?: number }): ConversationPart[] {
  const completed = record(item['item'])
  const said = item['type'] === 'user_message' ? text(item['message']) : completed['type'] === 'UserMessage' ? textOf(completed['content']) : ''
  return said === '' || (last?.kind === 'prompt' && last.text === said) ? [] : [{ kind: 'prompt', text: said, ...at }]
}

function itemParts(item: JsonRecord, outputs: ReadonlyMap<string, JsonRecord>, at: { readonly at?: number }): ConversationPart[] {
  switch (item['type']) {
    case 'message': {
      const said = item['role'] === 'assistant' ? textOf(item['content']) : ''
      return said === '' ? [] : [{ kind: 'message', text: said, ...at }]
    }
    case 'function_call': case 'custom_tool_call': case 'local_shell_call': {
      const input = text(item['arguments']) || text(item['input']) || JSON.stringify(record(item['action']))
      const tool = text(item['name']) || 'shell'
      const result = outputs.get(text(item['call_id']))
      const output = outputOf(result?.['output'])
      const failed = /^(?:Exit code: |[^]{0,200}?Process exited with code )[1-9]/.test(output)
      return [{ kind: 'tool', tool, title: titleOf(tool, input), input, outcome: result === undefined ? 'interrupted' : failed ? 'error' : 'ok', output, ...at }]
    }
    default: return []
  }
}

function titleOf(tool: string, input: string): string {
  const { command, cmd, workdir: _workdir, ...rest } = parse(input)
  if (typeof cmd === 'string') return cmd
  if (Array.isArray(command)) return plainCommand(command.map(String).join(' '))
  if (typeof command === 'string') return command
  const detail = Object.values(rest).find((value) => typeof value === 'string' && value !== '')
  const file = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/m.exec(input)?.[1]
  return [tool, file ?? (typeof detail === 'string' ? detail : '')].join(' ').trim()
}

function outputOf(output: unknown): string {
  if (typeof output !== 'string') return textOf(output) || textOf(record(output)['content'])
  // Older versions wrap it.
  return text(parse(output)['output']) || output
}

function rollBack(parts: ConversationPart[], turns: unknown): void {
  for (let left = typeof turns === 'number' ? turns : 0; left > 0 && parts.length > 0; ) if (parts.pop()?.kind === 'prompt') left -= 1
}

function textOf(content: unknown): string {
  return records(content).map((part) => text(part['text'])).join('')
}

function parse(value: string): JsonRecord {
  try {
    return record(JSON.parse(value))
  } catch {
    // Free text, as a patch is.
    return {}
  }
}
