import { isAbsolute, relative } from 'node:path/posix'
import { Document, isScalar, visit } from 'yaml'
import { type AgentSpec, defaultLimits } from './agent-spec.ts'
import { writesCode } from './resolve-agent.ts'

type Written = Record<string, unknown>

/**
 * The native file of a resolved agent: it stands alone (prompts and sub-agents written out), its keys come in the order of the
 * documentation, defaults are left out. The same agent always gives the same text.
 * @param folder absolute path of the folder the file is for; skills and functions are named from there.
 */
export function agentFileText(agent: AgentSpec, folder: string): string {
  const document = new Document(writeAgent(agent, folder, true), { version: '1.2', schema: 'core', aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_key, node) => {
      // `[read, edit]` on one line, like the examples; long lists and texts with lines stay below each other.
      node.flow = node.items.length <= 8 && node.items.every((item) => isScalar(item) && !(typeof item.value === 'string' && (item.value.includes('\n') || item.value.length > 40)))
    },
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('\n')) return
      // A block would turn CR LF into LF.
      node.type = node.value.includes('\r') ? 'QUOTE_DOUBLE' : 'BLOCK_LITERAL'
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, blockQuote: 'literal' })
}

function writeAgent(agent: AgentSpec, folder: string, isRoot: boolean): Written {
  const { harness, model, policies } = agent
  return compact({
    name: agent.name,
    description: agent.description === undefined ? undefined : escape(agent.description),
    prompt: agent.prompt === '' ? undefined : escape(agent.prompt),
    harness: harness.length === 1 ? harness[0] : nonEmpty(harness),
    model, effort: agent.effort,
    tools: agent.tools.map((tool) => writeTool(tool, folder)),
    mcp: nonEmpty(mapValues(agent.mcp, writeServer)),
    skills: nonEmpty(agent.skills.map(({ path }) => escape(pathFrom(folder, path)))),
    sub_agents: nonEmpty(agent.sub_agents.map((child) => writeAgent(child, folder, false))),
    policies: nonEmpty(policies.map(escapeAll)),
    sandbox: writeSandbox(agent.sandbox),
    workspace: nonEmpty(writeWorkspace(agent, isRoot)),
    limits: nonEmpty(without(agent.limits, isRoot ? defaultLimits : {})),
    params: nonEmpty(agent.params),
    checks: nonEmpty(mapValues(agent.checks, escapeAll)),
    inherit: agent.inherit === 'user' ? undefined : agent.inherit,
    secrets: nonEmpty(agent.secrets),
    env: writeEnv(agent.env),
  })
}

function writeTool(tool: AgentSpec['tools'][number], folder: string): unknown {
  if (typeof tool === 'string' || 'mcp' in tool) return tool
  return { function: escape(`${pathFrom(folder, tool.function.file, './')}#${tool.function.export}`) }
}

/** References to environment variables stay: they are expanded when the server starts. */
function writeServer(server: AgentSpec['mcp'][string]): Written {
  if ('command' in server) return compact({ command: escape(server.command), args: nonEmpty(server.args.map(escape)), env: nonEmpty(server.env) })
  return compact({ url: server.url, headers: nonEmpty(server.headers) })
}

function writeSandbox(sandbox: AgentSpec['sandbox']): unknown {
  const { profile, ...rest } = sandbox
  const more = nonEmpty(compact(rest))
  if (more === undefined) return profile
  return escapeAll(compact({ profile, ...rest }))
}

function writeWorkspace({ workspace, tools }: AgentSpec, isRoot: boolean): Written {
  const { mode, ...rest } = workspace
  const usual = !isRoot && writesCode(tools) ? 'worktree' : 'here'
  return compact({ mode: mode === usual ? undefined : mode, ...mapValues(compact(rest), escapeAll) })
}

function writeEnv({ pass, set }: AgentSpec['env']): unknown {
  const values = Object.entries(set).map(([name, value]) => ({ [name]: value }))
  return nonEmpty([...pass, ...values])
}

function pathFrom(folder: string, path: string, head = ''): string {
  const inside = relative(folder, path)
  return isAbsolute(inside) || inside.startsWith('..') ? path : `${head}${inside}`
}

/** A literal `${` in a file where `${name}` is a parameter. */
function escape(text: string): string {
  // A function: in a replacement text `$$` would be one `$`.
  return text.replaceAll('${', () => '$${')
}

function escapeAll(value: unknown): unknown {
  if (typeof value === 'string') return escape(value)
  if (Array.isArray(value)) return value.map(escapeAll)
  return typeof value === 'object' && value !== null ? mapValues(value, escapeAll) : value
}

function mapValues<Value>(map: Readonly<Record<string, Value>> | object, change: (value: Value) => unknown): Written {
  // Proof: the values of the maps given here are all of the one kind `change` takes.
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value as Value)]))
}

function compact(map: Written): Written {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined))
}

function nonEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length === 0 ? undefined : value
}

function without(values: Readonly<Record<string, unknown>>, defaults: Readonly<Record<string, unknown>>): Written {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== undefined && defaults[key] !== value))
}

