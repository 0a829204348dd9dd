import type { Action } from '../../spec/actions.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { execAction, otherAction, readAction, writeAction } from '../tool-actions.ts'
import { plainCommand } from './plain-command.ts'

/** What a Codex item is as a call; undefined for items that do nothing (messages, reasoning). */
export interface CodexCall {
  readonly tool: string
  readonly title: string
  readonly input: unknown
  readonly actions: Action[]
}

export function codexCall(item: JsonRecord): CodexCall | undefined {
  switch (item['type']) {
    case 'commandExecution': {
      const command = plainCommand(text(item['command']))
      return { tool: 'shell', title: command, input: { command, cwd: text(item['cwd']) }, actions: [execAction(command, text(item['cwd']) || undefined)] }
    }
    case 'fileChange': {
      const changes = records(item['changes']).map((change) => ({ path: text(change['path']), kind: text(record(change['kind'])['type']) || text(change['kind']), diff: text(change['diff']) }))
      return { tool: 'apply_patch', title: `edit ${changes.map((change) => change.path).join(', ')}`, input: { changes }, actions: changes.map(changeAction) }
    }
    case 'mcpToolCall': {
      const [server, tool] = [text(item['server']), text(item['tool'])]
      return { tool: `${server}.${tool}`, title: `${server}: ${tool}`, input: item['arguments'] ?? {}, actions: [{ kind: 'mcp.call', server, tool, outbound: 'unknown' }] }
    }
    case 'webSearch': return { tool: 'web_search', title: `search ${text(item['query'])}`, input: { query: text(item['query']) }, actions: [{ kind: 'net.request', host: 'search', outbound: true }] }
    case 'imageView': return { tool: 'view_image', title: `view ${text(item['path'])}`, input: { path: text(item['path']) }, actions: [readAction(text(item['path']))] }
    case 'collabAgentToolCall': {
      const [tool, prompt] = [text(item['tool']), text(item['prompt'])]
      const action: Action = tool === 'spawnAgent' ? { kind: 'spawn', agent: 'sub-agent', outbound: false } : otherAction(tool)
      return { tool, title: prompt === '' ? tool : prompt.split('\n', 1)[0] ?? tool, input: { prompt, agents: item['receiverThreadIds'] ?? [] }, actions: [action] }
    }
    // The other kinds of activity are no calls: they tell what became of one.
    case 'subAgentActivity': {
      const agent = text(item['agentPath'])
      return item['kind'] === 'started' ? { tool: 'spawn_agent', title: `start ${agent}`, input: { agent }, actions: [{ kind: 'spawn', agent, outbound: false }] } : undefined
    }
    default: return undefined
  }
}

function changeAction({ path, kind, diff }: { path: string; kind: string; diff: string }): Action {
  return kind === 'delete' ? { kind: 'file.delete', path, outbound: false } : writeAction(path, Buffer.byteLength(diff))
}
