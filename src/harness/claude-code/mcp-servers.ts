import { join } from 'node:path'
import { placeFile, removePlaced } from '../../base/folder-files.ts'
import type { HarnessContext, McpServer } from '../../spec/ports/harness.ts'

/** The servers in the words of the program. */
export function mcpServers(servers: HarnessContext['mcp']): Readonly<Record<string, object>> {
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, inItsWords(server)]))
}

/**
 * Writes the servers to a private file for as long as `use` takes: the program reads it at its start, and what keys it holds
 * are in no argument and do not stay on disk. @param use is told the file, or nothing when there are no servers
 */
export async function withMcpFile<Value>(home: string, servers: Readonly<Record<string, object>>, use: (file: string | undefined) => Promise<Value>): Promise<Value> {
  if (Object.keys(servers).length === 0) return await use(undefined)
  const file = join(home, 'claude-mcp.json')
  await placeFile(home, file, JSON.stringify({ mcpServers: servers }))
  try {
    return await use(file)
  } finally {
    await removePlaced(home, file)
  }
}

function inItsWords(server: McpServer): object {
  return 'url' in server ? { type: 'http', url: server.url, headers: server.headers } : { type: 'stdio', command: server.command, args: server.args, env: server.env }
}
