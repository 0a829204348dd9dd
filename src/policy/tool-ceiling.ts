import type { Action, ActionKind } from '../spec/actions.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'

const rule = 'agent/tools'

/** Which of the agent file's capabilities an action needs one of; nothing for what no capability stands for. */
const needs: Partial<Readonly<Record<ActionKind, readonly string[]>>> = {
  'file.read': ['read', 'edit', 'shell'], 'file.write': ['edit'], 'file.delete': ['edit'], 'net.request': ['web'],
  exec: ['shell'], 'git.push': ['shell'], 'git.commit': ['shell'], 'package.install': ['shell'], 'package.publish': ['shell'],
}

export interface ToolCeiling {
  /** Capability names of the agent file: `read`, `edit`, `shell`, `web` … */
  readonly capabilities: readonly string[]
  /** MCP servers that it grants. */
  readonly servers: readonly string[]
}

/**
 * The agent file's `tools:` is a ceiling for every harness, also for one that offers its model more. Undefined when all of a call is granted.
 */
export function ceilingVerdict({ capabilities, servers }: ToolCeiling, actions: readonly Action[]): RuleVerdict | undefined {
  const missing = actions.flatMap((action) => {
    if (action.kind === 'mcp.call') return servers.includes(action.server) ? [] : [`the MCP server ${action.server}`]
    const wanted = needs[action.kind]
    return wanted === undefined || wanted.some((name) => capabilities.includes(name)) ? [] : [wanted[0] ?? action.kind]
  })
  const [first] = missing
  return first === undefined ? undefined : { rule, verdict: 'deny', message: `the agent has no ${first}: its file does not list it under tools` }
}
