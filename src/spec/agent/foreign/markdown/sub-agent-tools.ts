import { quote } from '../../../yaml/problem.ts'
import { entriesOf, entryOf, type Range, type YamlNode } from '../../../yaml/yaml-node.ts'
import { defaultTools } from '../../agent-spec.ts'
import type { Draft } from '../draft.ts'
import type { Capability, SubAgentDialect } from '../foreign-dialects.ts'
import { mapNode, textNode } from '../make-node.ts'
import { noCommand, noTool, onlyCommands, onlyTools } from '../make-policy.ts'
import { lose, type Translation } from '../translation.ts'
import { commandPattern, type NamedTool, readToolNames } from './tool-names.ts'

interface Grants {
  readonly translation: Translation
  readonly draft: Draft
  readonly dialect: SubAgentDialect
  readonly given: Map<Capability, Range>
  /** Servers given, with the tools named of each; undefined: all of them. */
  readonly servers: Map<string, { range: Range; tools: string[] | undefined }>
}

/** `tools` and `disallowedTools` as our `tools`, and as policies where that list is too coarse. Never gives more without a word. */
export function translateTools(translation: Translation, draft: Draft, { root, dialect }: { root: YamlNode; dialect: SubAgentDialect }): void {
  const grants: Grants = { translation, draft, dialect, given: new Map(), servers: new Map() }
  const named = entryOf(root, 'tools')
  const denied = entryOf(root, 'disallowedTools')
  const allowed = named === undefined || named.value.kind === 'null' ? undefined : readToolNames(translation, named)
  if (allowed === undefined || allowed.some(({ name }) => name === '*')) giveAll(grants, named?.keyRange ?? denied?.keyRange ?? entriesOf(root)[0]?.keyRange ?? [0, 3])
  else give(grants, allowed)
  const refused = denied === undefined ? [] : readToolNames(translation, denied)
  for (const tool of refused) take(grants, tool, refused)
  if (allowed === undefined && denied === undefined) return
  draft.tools = [
    ...[...grants.given].map(([capability, range]) => textNode(range, capability)),
    ...[...grants.servers].map(([server, { range }]) => mapNode(range, { mcp: textNode(range, server) })),
  ]
  for (const [server, { range, tools }] of grants.servers) if (tools !== undefined) draft.policies.push(...onlyTools(range, server, tools))
}

function giveAll({ translation, draft, given, servers }: Grants, range: Range): void {
  lose(translation, range, `all tools of the main conversation there; here it gets ${defaultTools.join(', ')} and its own MCP servers`, 'name more under tools')
  for (const capability of defaultTools) given.set(capability, range)
  for (const { key, keyRange } of draft.mcp) servers.set(key, { range: keyRange, tools: undefined })
}

function give(grants: Grants, tools: readonly NamedTool[]): void {
  const { translation, draft, dialect, given } = grants
  const commands: NamedTool[] = []
  for (const tool of tools) {
    const capability = capabilityOf(dialect, tool.name)
    if (tool.name.startsWith('mcp__')) giveServer(grants, tool)
    else if (capability === undefined) {
      if (!dialect.harmless.includes(tool.name)) lose(translation, tool.range, `the tool ${quote(tool.name)} is not known here; nothing is given for it`)
    } else if (tool.pattern === undefined) {
      given.set(capability, given.get(capability) ?? tool.range)
      if (capability === 'delegate') lose(translation, tool.range, 'the agents it may start are in other files there; none is carried', 'list them under sub_agents')
    } else if (capability === 'shell' && commandPattern(tool.pattern) !== undefined) commands.push(tool)
    else if (capability === 'delegate') {
      given.set(capability, given.get(capability) ?? tool.range)
      lose(translation, tool.range, `which agents ${quote(tool.name)} may start is not carried: sub_agents lists them`, 'delegate starts those of sub_agents only')
    } else lose(translation, tool.range, `${quote(tool.text)} is not carried: tools have no patterns here, so ${capability} is not given`, 'say it as policies')
  }
  for (const [capability, range] of given) sayWidened(grants, capability, { range, tools })
  if (commands.length === 0 || given.has('shell')) return
  const range = commands[0]?.range ?? [0, 1]
  given.set('shell', range)
  draft.policies.push(...onlyCommands(range, commands.flatMap(({ pattern = '' }) => commandPattern(pattern) ?? [])))
}

/** A capability is all of its tools: what it gives beyond the listed ones is said. */
function sayWidened({ translation, dialect }: Grants, capability: Capability, { range, tools }: { range: Range; tools: readonly NamedTool[] }): void {
  const { core = [] } = dialect.capabilities[capability] ?? {}
  const listed = new Set(tools.filter(({ pattern }) => pattern === undefined).map(({ name }) => name))
  const missing = core.filter((name) => !listed.has(name))
  if (missing.length === 0 || capability === 'delegate') return
  lose(translation, range, `${capability} is wider: it gives ${missing.join(' and ')} as well`, 'capabilities are not split here')
}

function giveServer({ translation, draft, servers }: Grants, { name, range }: NamedTool): void {
  const [, server = '', tool = '*'] = /^mcp__(.+?)(?:__(.+))?$/.exec(name) ?? []
  if (!draft.mcp.some(({ key }) => key === server)) {
    return lose(translation, range, `${quote(name)} is not carried: the MCP server ${quote(server)} is not declared in this file`, 'declare it under mcp')
  }
  const known = servers.get(server)
  if (tool === '*') servers.set(server, { range: known?.range ?? range, tools: undefined })
  else if (known === undefined) servers.set(server, { range, tools: [tool] })
  else known.tools?.push(tool)
}

/** Takes a denied tool away; together with what cannot be told from it. */
function take(grants: Grants, tool: NamedTool, all: readonly NamedTool[]): void {
  const { translation, draft, dialect, given, servers } = grants
  if (tool.name === '*') return given.clear()
  if (tool.name.startsWith('mcp__')) {
    const [, server = '', name = '*'] = /^mcp__(.+?)(?:__(.+))?$/.exec(tool.name) ?? []
    if (name === '*') servers.delete(server)
    draft.policies.push(noTool(tool.range, server, name))
    return
  }
  const capability = capabilityOf(dialect, tool.name)
  if (capability === undefined) {
    if (!dialect.harmless.includes(tool.name)) lose(translation, tool.range, `the tool ${quote(tool.name)} is not known here; refusing it is not carried`)
    return
  }
  if (!given.has(capability)) return
  const pattern = tool.pattern === undefined ? undefined : commandPattern(tool.pattern)
  if (capability === 'shell' && pattern !== undefined) {
    draft.policies.push(noCommand(tool.range, pattern))
    return
  }
  const { core = [], heart = core } = dialect.capabilities[capability] ?? {}
  if (!heart.includes(tool.name)) return lose(translation, tool.range, `refusing ${quote(tool.text)} alone is not carried: ${capability} stays given`, 'capabilities are not split here')
  given.delete(capability)
  const lost = core.filter((name) => !all.some((other) => other.name === name && other.pattern === undefined))
  if (lost.length > 0 && capability !== 'delegate') lose(translation, tool.range, `${capability} is taken away with it, ${lost.join(' and ')} included`, 'capabilities are not split here')
}

function capabilityOf({ capabilities }: SubAgentDialect, name: string): Capability | undefined {
  // Proof: the keys of this record are capabilities.
  const names = Object.keys(capabilities) as Capability[]
  return names.find((capability) => [...(capabilities[capability]?.core ?? []), ...(capabilities[capability]?.more ?? [])].includes(name))
}
