import type { Action } from '../../spec/actions.ts'
import { type JsonRecord, text } from '../json-program.ts'
import { execAction, otherAction, readAction, requestAction, writeAction } from '../tool-actions.ts'

/**
 * Claude Code's tools as actions.
 * @param server the MCP server as it was configured, where the program says so: in the tool's name it is written with other letters
 */
export function claudeActions(tool: string, input: JsonRecord, server = ''): Action[] {
  const path = text(input['file_path']) || text(input['notebook_path']) || text(input['path'])
  switch (tool) {
    case 'Bash': return [execAction(text(input['command']))]
    case 'Write': return [writeAction(path, Buffer.byteLength(text(input['content'])))]
    case 'Edit': case 'MultiEdit': case 'NotebookEdit': return [readAction(path), writeAction(path)]
    case 'Read': case 'NotebookRead': return [readAction(path)]
    case 'Glob': case 'Grep': case 'LS': return [readAction(path === '' ? '.' : path)]
    case 'WebFetch': return [requestAction(text(input['url']))]
    case 'WebSearch': return [{ kind: 'net.request', host: 'search', outbound: true }]
    case 'Task': case 'Agent': return [{ kind: 'spawn', agent: text(input['subagent_type']) || 'general', outbound: 'unknown' }]
    default: break
  }
  const mcp = /^mcp__(.+?)__(.+)$/.exec(tool)
  if (mcp !== null) return [{ kind: 'mcp.call', server: server || (mcp[1] ?? ''), tool: mcp[2] ?? '', outbound: 'unknown' }]
  return [inside.has(tool) ? { ...otherAction(tool), outbound: false } : otherAction(tool)]
}

/** Tools that change nothing outside the program: its list of what to do, the names of its tools and agents. */
const inside: ReadonlySet<string> = new Set(['TodoWrite', 'TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate', 'ToolSearch', 'ListAgents'])

export function claudeTitle(tool: string, input: JsonRecord): string {
  if (tool === 'Bash') return text(input['command'])
  const detail = ['file_path', 'notebook_path', 'pattern', 'path', 'url', 'query', 'description'].map((name) => text(input[name])).find((value) => value !== '')
  return detail === undefined ? tool : `${tool} ${detail}`
}
