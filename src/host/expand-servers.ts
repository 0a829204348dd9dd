import type { McpServerSpec } from '../spec/agent/agent-spec.ts'
import { expandVariables } from '../spec/agent/references.ts'
import { AppError } from '../spec/app-error.ts'
import type { McpServer } from '../spec/ports/harness.ts'

/** The agent's servers with every `${VAR}` filled in from this host. @throws {AppError} 'invalid' naming what is not set. */
export function expandServers(servers: Readonly<Record<string, McpServerSpec>>, environment: Readonly<Record<string, string>>): Record<string, McpServer> {
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => {
    const fill = (text: string): string => {
      const { text: filled, missing } = expandVariables(text, environment)
      if (missing.length === 0) return filled
      throw new AppError('invalid', `The MCP server ${name} needs ${missing.join(', ')}, which this host does not have. Set it where the host is started, then: omni server stop --all`)
    }
    const all = (values: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value)]))
    return [name, 'url' in server ? { url: fill(server.url), headers: all(server.headers) } : { command: server.command, args: server.args, env: all(server.env) }]
  }))
}
