import { isInside } from '../../base/is-inside.ts'
import { quote } from '../yaml/problem.ts'
import type { Place } from '../yaml/source-text.ts'
import { type Path, pathLabel } from '../yaml/yaml-node.ts'
import type { AgentSpec } from './agent-spec.ts'
import { placeOfValue } from './agent-sources.ts'
import { leavesFolder } from './check-agent.ts'
import type { AgentSources } from './load-request.ts'
import { variableNames } from './references.ts'
import { commandText } from './command-text.ts'

/** One thing an agent asks for. */
export interface Ask {
  /** Its path in the agent: `sub_agents[0].sandbox.profile`. */
  readonly field: string
  /** Where it is written; missing for an agent that did not come from a file. */
  readonly place?: Place
  /** What it would give the agent, for people: the end of a sentence that begins with "asks for". */
  readonly reason: string
  /** Exactly what would run, be set or be reached, where there is more to see than the reason says. */
  readonly exact?: string
}

/** Where an agent came from: a `LoadedAgent`, with what the caller knows about the machine. Folders are absolute. */
export interface AgentOrigin {
  readonly sources?: AgentSources
  /** The folder of the agent file; everything in it belongs to the agent. Missing for an agent that came without its file. */
  readonly folder?: string
  readonly workspace?: string
  /** Folders whose agent files are trusted: shipped ones, and the user's own. */
  readonly trustedFolders?: readonly string[]
}

/**
 * What an agent and its sub-agents ask for beyond sandbox profile `workspace`. Nothing of it may be given without a person.
 * Without an origin (an agent that came over the network) every file path counts as outside.
 */
export function beyondWorkspace(agent: AgentSpec, origin: AgentOrigin = {}): Ask[] {
  return asksOf(agent, [], origin)
}

function asksOf(agent: AgentSpec, at: Path, origin: AgentOrigin): Ask[] {
  const found = [...boxAsks(agent, origin), ...variableAsks(agent), ...serverAsks(agent), ...fileAsks(agent, at, origin), ...commandAsks(agent)]
  const own = found.map(({ path, reason, exact }): Ask => {
    const place = placeOfValue(origin.sources ?? {}, [...at, ...path])
    return { field: pathLabel([...at, ...path]), reason, ...(place === undefined ? {} : { place }), ...(exact === undefined ? {} : { exact }) }
  })
  return [...own, ...agent.sub_agents.flatMap((child, index) => asksOf(child, [...at, 'sub_agents', index], origin))]
}

interface Found {
  readonly path: Path
  readonly reason: string
  readonly exact?: string
}

function boxAsks({ sandbox, secrets, policies }: AgentSpec, origin: AgentOrigin): Found[] {
  const found: Found[] = []
  if (sandbox.profile === 'open') found.push({ path: ['sandbox', 'profile'], reason: 'the whole disk, readable, and an open network' })
  if (sandbox.profile === 'off') found.push({ path: ['sandbox', 'profile'], reason: 'no sandbox at all' })
  for (const kind of ['read', 'write'] as const) {
    for (const [index, path] of (sandbox[kind] ?? []).entries()) {
      if (leavesFolder(path) && (origin.workspace === undefined || !isInside(origin.workspace, path))) found.push({ path: ['sandbox', kind, index], reason: `a ${kind === 'read' ? 'readable' : 'writable'} path outside the workspace, ${quote(path)}` })
    }
  }
  if (sandbox.network?.default === 'allow') found.push({ path: ['sandbox', 'network', 'default'], reason: 'every network request' })
  for (const [index, rule] of (sandbox.network?.rules ?? []).entries()) {
    const target = quote('url' in rule ? rule.url : rule.host)
    const secret = rule.use_secret === undefined ? '' : ` with the secret ${quote(rule.use_secret)}`
    if (rule.action === 'allow') found.push({ path: ['sandbox', 'network', 'rules', index], reason: `network requests to ${target}${secret}` })
    else if (rule.use_secret !== undefined) found.push({ path: ['sandbox', 'network', 'rules', index], reason: `the secret ${quote(rule.use_secret)} for ${target}` })
  }
  for (const [index, policy] of policies.entries()) if (typeof policy['use_secret'] === 'string') found.push({ path: ['policies', index], reason: `the secret ${quote(policy['use_secret'])}, for requests that a policy lets through` })
  return [...found, ...Object.keys(secrets).map((name) => ({ path: ['secrets'], reason: `the secret ${quote(name)}` }))]
}

/** A `${VAR}` is a host variable let in under another name. A fixed value is asked for too: a variable can make a program run or send anything. */
function variableAsks({ env, sandbox, mcp }: AgentSpec): Found[] {
  const found: Found[] = [
    ...env.pass.map((name) => ({ path: ['env'], reason: `the host variable ${name}` })),
    ...(sandbox.env ?? []).map((name, index) => ({ path: ['sandbox', 'env', index], reason: `the host variable ${name}` })),
  ]
  const look = (path: Path, text: string) => found.push(...variableNames(text).map((name) => ({ path, reason: `the host variable ${name}` })))
  for (const [name, text] of Object.entries(env.set)) {
    found.push({ path: ['env', name], reason: `the variable ${name}, set for the program and all it starts`, exact: `${name}=${text}` })
    look(['env', name], text)
  }
  for (const [name, server] of Object.entries(mcp)) {
    if ('url' in server) look(['mcp', name, 'url'], server.url)
    const [field, values] = 'url' in server ? (['headers', server.headers] as const) : (['env', server.env] as const)
    for (const [key, text] of Object.entries(values)) look(['mcp', name, field, key], text)
  }
  return found
}

function serverAsks({ mcp }: AgentSpec): Found[] {
  return Object.entries(mcp).map(([name, server]) => ('command' in server
    ? { path: ['mcp', name, 'command'], reason: `the program ${quote(server.command)} to run as an MCP server`, exact: commandText(server) }
    : { path: ['mcp', name, 'url'], reason: `an MCP server on the network, ${quote(server.url)}`, exact: [server.url, ...Object.entries(server.headers).map(([header, value]) => `${header}: ${value}`)].join('\n') }))
}

/** Files whose content came in from elsewhere: a prompt made of somebody's private file would go to a model. */
function fileAsks(agent: AgentSpec, at: Path, origin: AgentOrigin): Found[] {
  const folders = [origin.folder, origin.workspace, ...(origin.trustedFolders ?? [])].filter((folder) => folder !== undefined)
  const outside = (path: Path, file: string, what: string): Found[] => (folders.some((folder) => isInside(folder, file)) ? [] : [{ path, reason: `${what} outside the agent's folder and the workspace, ${quote(file)}` }])
  const prompt = origin.sources?.[pathLabel([...at, 'prompt'])]?.file
  const files = agent.tools.flatMap((tool, index) => (typeof tool === 'object' && 'function' in tool ? outside(['tools', index], tool.function.file, 'a file') : []))
  return [
    ...(prompt === undefined ? [] : outside(['prompt'], prompt, 'a file')),
    ...agent.skills.flatMap(({ path }, index) => outside(['skills', index], path, 'a folder')),
    ...files,
    ...agent.sub_agents.flatMap((_, index) => {
      const file = origin.sources?.[pathLabel([...at, 'sub_agents', index])]?.file
      return file === undefined ? [] : outside(['sub_agents', index], file, 'an agent file')
    }),
  ]
}

function commandAsks({ workspace }: AgentSpec): Found[] {
  return (['setup', 'teardown'] as const).flatMap((field) => (workspace[field] ?? []).map((line, index) => (
    { path: ['workspace', field, index], reason: `a command to run ${field === 'setup' ? 'before the first turn' : 'at the end'}`, exact: line }
  )))
}
