import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, text } from '../json-program.ts'

type Servers = HarnessContext['mcp']

/** The servers as `session/new` takes them, and those that this agent can not reach: remote ones are optional in the protocol. */
export function acpServers(servers: Servers, agentCapabilities: JsonRecord): { readonly given: readonly object[]; readonly left: readonly string[] } {
  const remote = record(agentCapabilities['mcpCapabilities'])['http'] === true
  const all = Object.entries(servers)
  const pairs = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([name, value]) => ({ name, value }))
  return {
    given: all.flatMap(([name, server]): object[] => {
      if ('command' in server) return [{ name, command: server.command, args: [...server.args], env: pairs(server.env) }]
      return remote ? [{ type: 'http', name, url: server.url, headers: pairs(server.headers) }] : []
    }),
    left: all.filter(([, server]) => !remote && 'url' in server).map(([name]) => name),
  }
}

/**
 * The server and tool that a call is for. The protocol has no member for it: programs put both names, in ways of their own, into the name
 * of the tool or the title. What is not recognised stays a call of unknown kind, which rules treat with more care, not less.
 */
export function mcpToolOf(call: JsonRecord, servers: Servers): { readonly server: string; readonly tool: string } | undefined {
  const words = [text(record(call['_meta'])['toolName']), text(call['title'])]
  for (const server of Object.keys(servers)) {
    const name = server.replaceAll(/[^A-Za-z0-9]/g, (sign) => `\\${sign}`)
    const forms = [new RegExp(`^(?:mcp_+)?${name}(?:__|_|/|\\.|: ?)([\\w-]+)`), new RegExp(`^([\\w-]+) \\(${name} MCP Server\\)`)]
    const tool = words.flatMap((word) => forms.map((form) => form.exec(word)?.[1])).find((found) => found !== undefined)
    if (tool !== undefined) return { server, tool }
  }
  return undefined
}
