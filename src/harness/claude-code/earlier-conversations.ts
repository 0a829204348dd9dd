import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { ConversationPart } from '../../spec/earlier-conversation.ts'
import { type ConversationPlace, type EarlierConversations, type FoundConversation, maxConversations } from '../../spec/ports/earlier-conversations.ts'
import { foundConversation, lineOfDescent, maxListedBytes, maxReadBytes, newestFirst, readRecord, type RecordFile, recordFiles, timeOf, tooLong } from '../conversation-records.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { claudeTitle } from './claude-actions.ts'

/**
 * The program’s records: `projects/<folder with dashes>/<session>.jsonl` in its configuration folder. Lines with a `uuid` name the one
 * they follow (over a compaction `logicalParentUuid`); the last of them is where the conversation stands.
 */
const recordName = /^([0-9a-f]{8}-[0-9a-f-]{27})\.jsonl$/
/** A longer name is cut there and ends in a checksum. */
const maxFolderName = 200
const words = ['"parentUuid"', '-title"']

export const claudeConversations: EarlierConversations = {
  async list(place) {
    const found: FoundConversation[] = []
    for (const file of await filesOf(place)) {
      if (found.length === maxConversations) break
      const { lines, cut } = await readRecord(file.path, { maxBytes: maxListedBytes, from: 'start', words })
      if (isOf(lines, place.workspace)) found.push(...foundConversation(file, { token: file.id, name: nameOf(lines), parts: partsOf(lines), cut }))
    }
    return found
  },
  async read(place, id) {
    const file = (await filesOf(place)).find((each) => each.id === id)
    if (file === undefined) return undefined
    const { lines, cut } = await readRecord(file.path, { maxBytes: maxReadBytes, from: 'end', words })
    if (!isOf(lines, place.workspace)) return undefined
    return { parts: partsOf(lines), ...(cut ? { leftOut: tooLong } : {}) }
  },
  async find(place, id) {
    const file = (await filesOf(place)).find((each) => each.id === id)
    return file && { file: file.path, within: relative(folderOf(place), file.path) }
  },
}

const folderOf = ({ env }: Pick<ConversationPlace, 'env'>): string => env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude')

async function filesOf({ env, workspace }: ConversationPlace): Promise<RecordFile[]> {
  const projects = join(folderOf({ env }), 'projects')
  const name = workspace.replaceAll(/[^A-Za-z0-9]/g, '-')
  if (name.length <= maxFolderName) return recordFiles(join(projects, name), recordName)
  const folders = (await readdir(projects).catch(() => [])).filter((folder) => folder.startsWith(`${name.slice(0, maxFolderName)}-`))
  return newestFirst((await Promise.all(folders.map((folder) => recordFiles(join(projects, folder), recordName)))).flat())
}

/** Two folders can have one name with dashes: the record says which it is. */
function isOf(lines: readonly JsonRecord[], workspace: string): boolean {
  return lines.find((line) => typeof line['cwd'] === 'string')?.['cwd'] === workspace
}

function nameOf(lines: readonly JsonRecord[]): string {
  const named = (type: string, field: string) => text(lines.findLast((line) => line['type'] === type)?.[field])
  return named('custom-title', 'customTitle') || named('ai-title', 'aiTitle')
}

function partsOf(lines: readonly JsonRecord[]): ConversationPart[] {
  const own = lines.filter((line) => typeof line['uuid'] === 'string' && line['isSidechain'] !== true)
  const chain = lineOfDescent(own, (line) => text(line['uuid']), (line) => text(line['parentUuid']) || text(line['logicalParentUuid']))
  // Results of calls that were made together follow each their own call: all but one are beside the line of descent.
  const results = new Map(own.flatMap((line) => records(contentOf(line)).filter((block) => block['type'] === 'tool_result').map((block) => [text(block['tool_use_id']), block] as const)))
  return chain.flatMap((line) => lineParts(line, results))
}

const contentOf = (line: JsonRecord): unknown => record(line['message'])['content']

function lineParts(line: JsonRecord, results: ReadonlyMap<string, JsonRecord>): ConversationPart[] {
  const at = timeOf(line['timestamp'])
  if (line['type'] === 'user') {
    // What the program itself put in stands in the person's place, too.
    const said = line['isMeta'] === true || line['isCompactSummary'] === true ? '' : asked(textOf(contentOf(line)))
    return said === '' ? [] : [{ kind: 'prompt', text: said, ...at }]
  }
  if (line['type'] !== 'assistant') return []
  return records(contentOf(line)).flatMap((block): ConversationPart[] => {
    if (block['type'] === 'text' && text(block['text']).trim() !== '') return [{ kind: 'message', text: text(block['text']), ...at }]
    return block['type'] === 'tool_use' ? [toolPart(block, results.get(text(block['id'])), at)] : []
  })
}

function toolPart(call: JsonRecord, result: JsonRecord | undefined, at: { readonly at?: number }): ConversationPart {
  const [tool, input] = [text(call['name']), record(call['input'])]
  const outcome = result === undefined ? 'interrupted' : result['is_error'] === true ? 'error' : 'ok'
  return { kind: 'tool', tool, title: claudeTitle(tool, input), input: JSON.stringify(input), outcome, output: textOf(result?.['content']), ...at }
}

/** A command of the program as it was typed; nothing for its output and for marks of an interrupt. */
function asked(said: string): string {
  const [, name = '', args = ''] = /<command-name>(.*?)<\/command-name>(?:[^]*?<command-args>([^]*?)<\/command-args>)?/.exec(said) ?? []
  if (name !== '') return `${name} ${args}`.trim()
  return /^<(local-command|command-|bash-|system-reminder)|^\[Request interrupted/.test(said) ? '' : said
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : records(content).filter((block) => block['type'] === 'text').map((block) => text(block['text'])).join('')
}
