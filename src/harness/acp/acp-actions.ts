import type { Action } from '../../spec/actions.ts'
import type { HarnessContext, ProposedCall } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { mcpToolOf } from './mcp-servers.ts'
import { execAction, otherAction, readAction, requestAction, writeAction } from '../tool-actions.ts'

/** What has to be known to read a call. */
export interface CallReading {
  readonly titleIsCommand: boolean
  /** The session's MCP servers. */
  readonly mcp: HarnessContext['mcp']
}

/** A tool call as ACP describes it, all updates merged. */
export function acpCall(call: JsonRecord, { titleIsCommand, mcp }: CallReading): Omit<ProposedCall, 'call'> {
  const served = mcpToolOf(call, mcp)
  if (served !== undefined) return { tool: `${served.server}/${served.tool}`, title: `${served.tool} of ${served.server}`, input: record(call['rawInput']), actions: [{ kind: 'mcp.call', ...served, outbound: 'unknown' }] }
  const input = record(call['rawInput'])
  const kind = text(call['kind'])
  const title = text(call['title'])
  const tool = text(record(call['_meta'])['toolName']) || kind || 'tool'
  const command = commandOf(input) || (titleIsCommand && kind === 'execute' ? title : '')
  const diffs = records(call['content']).filter((part) => part['type'] === 'diff')
  const shown = { ...(command === '' ? {} : { command }), ...input, ...(diffs.length > 0 && input['content'] === undefined ? { changes: diffs.map(({ path, oldText, newText }) => ({ path, oldText, newText })) } : {}) }
  const paths = pathsOf(call, input, diffs)
  const described = Object.keys(shown).length > 0 ? shown : { title, paths }
  return { tool, title: command || titleOf(title, kind, paths), input: described, actions: actionsOf({ kind, tool, command, paths, input, diffs }) }
}

interface Described {
  readonly kind: string
  readonly tool: string
  readonly command: string
  readonly paths: readonly string[]
  readonly input: JsonRecord
  readonly diffs: readonly JsonRecord[]
}

/** `kind` says what it does; titles are free text and say nothing that a rule may trust. */
function actionsOf({ kind, tool, command, paths, input, diffs }: Described): Action[] {
  const each = (action: (path: string) => Action): Action[] => (paths.length === 0 ? [otherAction(tool)] : paths.map(action))
  switch (kind) {
    case 'execute': return command === '' ? [otherAction(tool)] : [execAction(command, text(input['cwd']) || text(input['directory']) || undefined)]
    case 'edit': return each((path) => writeAction(path, bytesOf(path, diffs, input)))
    case 'delete': return each((path): Action => ({ kind: 'file.delete', path, outbound: false }))
    case 'move': return each((path) => writeAction(path))
    case 'read': return each(readAction)
    case 'search': return paths.length === 0 ? [readAction('.')] : paths.map((path) => readAction(path))
    case 'fetch': return [requestAction(text(input['url']) || text(input['uri']))]
    default: return [...(command === '' ? [] : [execAction(command)]), otherAction(tool)]
  }
}

function commandOf(input: JsonRecord): string {
  const command = input['command'] ?? input['cmd']
  if (!Array.isArray(command)) return text(command)
  return command.length === 3 && /^-l?c$/.test(text(command[1])) ? text(command[2]) : command.map(text).join(' ')
}

const pathNames = ['file_path', 'filePath', 'filepath', 'absolute_path', 'notebook_path', 'path', 'dir_path']

function pathsOf(call: JsonRecord, input: JsonRecord, diffs: readonly JsonRecord[]): string[] {
  const named = pathNames.map((name) => text(input[name]))
  const all = [...named, ...diffs.map((diff) => text(diff['path'])), ...records(call['locations']).map((location) => text(location['path']))]
  return [...new Set(all.filter((path) => path !== ''))]
}

function bytesOf(path: string, diffs: readonly JsonRecord[], input: JsonRecord): number | undefined {
  const content = diffs.find((diff) => diff['path'] === path)?.['newText'] ?? input['content']
  return typeof content === 'string' ? Buffer.byteLength(content) : undefined
}

function titleOf(title: string, kind: string, paths: readonly string[]): string {
  return paths.length === 0 || paths.some((path) => title.includes(path)) ? title || kind : `${title || kind} ${paths.join(', ')}`
}

/** What a call printed or changed, as one text. */
export function outputOf(call: JsonRecord): string {
  const said = records(call['content']).flatMap((part) => {
    if (part['type'] === 'content') return [text(record(part['content'])['text'])]
    return part['type'] === 'diff' ? [`changed ${text(part['path'])}`] : []
  }).filter((part) => part !== '').join('\n')
  const raw = call['rawOutput']
  return said || text(raw) || text(record(raw)['output']) || text(record(raw)['aggregated_output']) || text(record(raw)['formatted_output'])
}

export function exitCodeOf(call: JsonRecord): number | undefined {
  const raw = record(call['rawOutput'])
  const code = raw['exitCode'] ?? raw['exit_code'] ?? record(raw['metadata'])['exit']
  return typeof code === 'number' && Number.isInteger(code) ? code : undefined
}
