import type { YamlEntry } from '../../../yaml/yaml-node.ts'
import { literal } from '../make-node.ts'
import type { FieldRules } from '../translation.ts'

/** Keys of an MCP server, here and in a bundle's `tools/mcp` files. */
export function serverRules(keep: (entry: YamlEntry) => void): FieldRules {
  return {
    command: (entry) => keep({ ...entry, value: literal(entry.value) }),
    args: (entry) => keep({ ...entry, value: literal(entry.value) }),
    env: keep, url: keep, headers: keep,
    description: 'servers say themselves what they are for',
    auth: 'how a server is signed in to is said by its headers',
    profile: 'how a server is signed in to is said by its headers',
    timeout: 'a call ends when the server answers', retry: 'calls are not repeated by themselves',
    tool_name: 'a server offers all its tools, or those a policy allows', databricks_server: 'there is no catalogue of servers; give its url',
  }
}
