import { relative } from 'node:path'
import type { Action } from '../../spec/actions.ts'
import type { ProposedCall } from '../../spec/ports/harness.ts'
import { execAction, readAction, requestAction, writeAction } from '../tool-actions.ts'
import type { ToolUse } from './tools.ts'

/** A call of our own tools. */
export type OwnToolUse = Exclude<ToolUse, { tool: 'mcp' }>

/**
 * The call in our words. Worked out on this side, not by the program: it must not name its own actions.
 * @param path the real path of the file it touches; unused by the others
 */
export function proposedCall(call: string, use: OwnToolUse, place: { readonly workspace: string; readonly path: string }): ProposedCall {
  return { call, tool: use.tool, title: titleOf(use, relative(place.workspace, place.path) || '.'), input: use.input, actions: actionsOf(use, place) }
}

function titleOf(use: OwnToolUse, path: string): string {
  switch (use.tool) {
    case 'shell': return use.input.command.slice(0, 200)
    case 'web': return `fetch ${use.input.url}`.slice(0, 200)
    case 'search': return `search ${use.input.pattern ?? use.input.glob ?? 'files'} in ${path}`.slice(0, 200)
    default: return `${use.tool} ${path}`.slice(0, 200)
  }
}

function actionsOf(use: OwnToolUse, { workspace, path }: { readonly workspace: string; readonly path: string }): Action[] {
  switch (use.tool) {
    case 'shell': return [execAction(use.input.command, workspace)]
    case 'read': case 'search': return [readAction(path)]
    case 'write': return [writeAction(path, Buffer.byteLength(use.input.content))]
    case 'edit': return [readAction(path), writeAction(path)]
    case 'web': return [requestAction(use.input.url)]
  }
}
