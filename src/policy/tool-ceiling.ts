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
  /** MCP servers that may be called. */
  readonly servers: readonly string[]
}

/** MCP servers that the actions reach and the agent's file does not grant. */
export function serversBeyond({ servers }: ToolCeiling, actions: readonly Action[]): string[] {
  return actions.flatMap((action) => (action.kind === 'mcp.call' && !servers.includes(action.server) ? [action.server] : []))
}

/**
 * The agent file's `tools:` is a ceiling for every harness, also for one that offers its model more. Undefined when all of a call is granted.
 */
export function ceilingVerdict(ceiling: ToolCeiling, actions: readonly Action[]): RuleVerdict | undefined {
  // What a command does is granted with the shell that runs it.
  const granted = new Set(actions.some(({ kind }) => kind === 'exec') && ceiling.capabilities.includes('shell') ? [...ceiling.capabilities, 'edit', 'web'] : ceiling.capabilities)
  const missing = actions.flatMap(({ kind }) => {
    const wanted = needs[kind]
    return wanted === undefined || wanted.some((name) => granted.has(name)) ? [] : [wanted[0] ?? kind]
  })
  const [first] = [...missing, ...serversBeyond(ceiling, actions).map((server) => `the MCP server ${server}`)]
  return first === undefined ? undefined : { rule, verdict: 'deny', message: `the agent has no ${first}: its file does not list it under tools` }
}
