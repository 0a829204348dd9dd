import type { Action } from '../../spec/actions.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { execAction, otherAction, writeAction } from '../tool-actions.ts'

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
      const command = plainCommand(item['command'])
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
    default: return undefined
  }
}

export function unknownCall(method: string, params: JsonRecord): CodexCall {
  return { tool: method, title: method, input: params, actions: [otherAction(method)] }
}

function changeAction({ path, kind, diff }: { path: string; kind: string; diff: string }): Action {
  return kind === 'delete' ? { kind: 'file.delete', path, outbound: false } : writeAction(path, Buffer.byteLength(diff))
}

/** Codex wraps commands as `/bin/bash -lc '…'`; people and rules read what is inside. */
function plainCommand(command: unknown): string {
  if (Array.isArray(command)) return command.length === 3 && /^-l?c$/.test(text(command[1])) ? text(command[2]) : command.map(text).join(' ')
  const inner = /^(?:\/\S*\/)?(?:bash|sh|zsh) -l?c '([\s\S]*)'$/.exec(text(command))?.[1]
  return inner === undefined ? text(command) : inner.replaceAll(`'\\''`, "'").replaceAll(`'"'"'`, "'")
}
