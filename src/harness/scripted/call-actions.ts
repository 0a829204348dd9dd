import { resolve } from 'node:path'
import type { Action } from '../../spec/actions.ts'
import type { ProposedCall } from '../../spec/ports/harness.ts'
import type { ToolInput } from './protocol.ts'

/** The call in our words. Worked out here and not by the program: it must not name its own actions. */
export function proposedCall(call: string, use: ToolInput, workspace: string): ProposedCall {
  return { call, tool: use.tool, title: titleOf(use), input: use.input, actions: actionsOf(use, workspace) }
}

/** The capability word of the agent file that a tool needs. */
export const capabilityOf: Readonly<Record<ToolInput['tool'], string>> = { shell: 'shell', read: 'read', write: 'edit', edit: 'edit' }

function titleOf(use: ToolInput): string {
  return use.tool === 'shell' ? use.input.command.slice(0, 200) : `${use.tool} ${use.input.path.slice(0, 200)}`
}

function actionsOf(use: ToolInput, workspace: string): Action[] {
  switch (use.tool) {
    case 'shell': return [{ kind: 'exec', outbound: 'unknown', command: use.input.command, cwd: workspace }]
    case 'read': return [{ kind: 'file.read', outbound: false, path: resolve(workspace, use.input.path) }]
    case 'write': {
      const bytes = Buffer.byteLength(use.input.content)
      return [{ kind: 'file.write', outbound: false, path: resolve(workspace, use.input.path), bytes }]
    }
    case 'edit': return [{ kind: 'file.write', outbound: false, path: resolve(workspace, use.input.path) }]
  }
}
