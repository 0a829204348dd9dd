import type { McpTool } from './mcp-servers.ts'

/** The longest name that every model service takes. */
const maxChars = 64

/** Gives each tool a name for models, `mcp__server__tool`; two that would get the same are told apart by a number. */
export function toolNames(tools: readonly Omit<McpTool, 'name'>[]): readonly McpTool[] {
  const taken = new Set<string>()
  return tools.map((tool) => {
    const plain = `mcp__${tool.server}__${tool.tool}`.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, maxChars)
    let name = plain
    for (let count = 2; taken.has(name); count += 1) name = `${plain.slice(0, maxChars - 1 - String(count).length)}_${count}`
    taken.add(name)
    return { ...tool, name }
  })
}
