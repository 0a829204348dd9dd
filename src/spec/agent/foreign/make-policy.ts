import type { Range, YamlNode } from '../../yaml/yaml-node.ts'
import { plainNode } from './make-node.ts'

/** Policies that keep a restriction which our `tools` list is too coarse for. */

/** Of one MCP server only these tools. */
export function onlyTools(range: Range, server: string, tools: readonly string[]): YamlNode[] {
  return [
    plainNode(range, { name: `${server}-tools`, type: 'tool', match: { server }, default: 'deny' }),
    ...(tools.length === 0 ? [] : [plainNode(range, { name: `${server}-tools-allowed`, type: 'tool', match: { server, tool: tools }, action: 'allow' })]),
  ]
}

export function noTool(range: Range, server: string, tool: string): YamlNode {
  return plainNode(range, { name: `no-${server}-${tool}`.replaceAll('*', 'any'), type: 'tool', match: { server, tool }, action: 'deny' })
}

/** Only these shell commands. */
export function onlyCommands(range: Range, patterns: readonly string[]): YamlNode[] {
  return [
    plainNode(range, { name: 'commands', type: 'exec', default: 'deny' }),
    plainNode(range, { name: 'commands-allowed', type: 'exec', match: { argv: patterns }, action: 'allow' }),
  ]
}

export function noCommand(range: Range, pattern: string): YamlNode {
  return plainNode(range, { name: 'commands-denied', type: 'exec', match: { argv: [pattern] }, action: 'deny' })
}
