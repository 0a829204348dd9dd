import { basename, dirname } from 'node:path/posix'
import { AppError } from '../app-error.ts'
import type { AgentFile } from './agent-file.ts'
import type { AgentPart } from './agent-part.ts'
import { type AgentSpec, defaultLimits, defaultTools } from './agent-spec.ts'

/** Makes plain JSON of an agent without problems: everything inlined, defaults written out. */
export function resolveAgent(root: AgentPart): AgentSpec {
  return resolvePart(root, nameOf(root), true)
}

function resolvePart(part: AgentPart, name: string, isRoot: boolean): AgentSpec {
  const { file } = part
  if (file === undefined) throw new AppError('internal', `agent ${name} has problems and cannot be resolved`)
  const { description, model, effort } = file
  const tools = resolveTools(part, file)
  const names = childNames(part.children)
  return {
    name, ...(description === undefined ? {} : { description }),
    prompt: part.prompt?.text ?? (typeof file.prompt === 'string' ? file.prompt : ''),
    harness: harnessesOf(file), ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }),
    tools, mcp: resolveMcp(file.mcp), skills: [...part.skills],
    sub_agents: part.children.map((child, index) => resolvePart(child, names[index] ?? 'agent', false)),
    policies: file.policies ?? [],
    sandbox: typeof file.sandbox === 'string' ? { profile: file.sandbox } : (file.sandbox ?? {}),
    workspace: { ...file.workspace, mode: file.workspace?.mode ?? (!isRoot && writesCode(tools) ? 'worktree' : 'here') },
    limits: isRoot ? { ...defaultLimits, ...file.limits } : { ...file.limits },
    params: ownParams(part, file),
    checks: file.checks ?? {}, inherit: file.inherit ?? 'user', secrets: resolveSecrets(file.secrets), env: resolveEnv(file.env),
  }
}

/** Those an inline sub-agent takes over from its parent stand at the parent. */
function ownParams({ scope }: AgentPart, { params = {} }: AgentFile): AgentSpec['params'] {
  return Object.fromEntries(Object.keys(params).flatMap((name) => {
    const value = scope.get(name)?.value
    return value === undefined ? [] : [[name, value]]
  }))
}

function harnessesOf({ harness }: AgentFile): string[] {
  if (harness === undefined) return []
  return typeof harness === 'string' ? [harness] : harness
}

/** Without `tools:` every declared MCP server is offered beside the defaults. */
function resolveTools(part: AgentPart, file: AgentFile): AgentSpec['tools'] {
  if (file.tools === undefined) return [...defaultTools, ...Object.keys(file.mcp ?? {}).map((mcp) => ({ mcp }))]
  return file.tools.map((tool) => {
    if (typeof tool === 'string' || 'mcp' in tool) return tool
    const found = part.functions.get(tool.function)
    if (found === undefined) throw new AppError('internal', `function ${tool.function} was not read`)
    return { function: found }
  })
}

export function writesCode(tools: AgentSpec['tools']): boolean {
  return tools.includes('edit') || tools.includes('shell')
}

function resolveMcp(servers: AgentFile['mcp'] = {}): AgentSpec['mcp'] {
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [
    name,
    'command' in server ? { command: server.command, args: server.args ?? [], env: server.env ?? {} } : { url: server.url, headers: server.headers ?? {} },
  ]))
}

function resolveSecrets(secrets: AgentFile['secrets'] = []): AgentSpec['secrets'] {
  if (!Array.isArray(secrets)) return secrets
  return Object.fromEntries(secrets.flatMap((secret) => (typeof secret === 'string' ? [[secret, {}] as const] : Object.entries(secret))))
}

function resolveEnv(env: AgentFile['env'] = []): AgentSpec['env'] {
  if (!Array.isArray(env)) return { pass: [], set: env }
  return {
    pass: env.filter((entry) => typeof entry === 'string'),
    set: Object.fromEntries(env.flatMap((entry) => (typeof entry === 'string' ? [] : Object.entries(entry)))),
  }
}

/** The name in the file, else the file's own name, else (inline) the first harness. */
function nameOf(part: AgentPart): string {
  if (part.file?.name !== undefined) return part.file.name
  if (part.at.length === 0) {
    const file = basename(part.source.path).replace(/\.ya?ml$/, '')
    return toName(file === 'agent' ? basename(dirname(part.source.path)) : file)
  }
  return toName(part.file === undefined ? '' : (harnessesOf(part.file)[0] ?? ''))
}

export function toName(text: string): string {
  const words = text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '').join('-').replace(/^[^a-z]+/, '')
  return words.slice(0, 64).replace(/-$/, '') || 'agent'
}

/** Names of siblings are unique: the first keeps its name, the next are `name-2`, `name-3` … Names an inline agent states come first. */
function childNames(children: readonly AgentPart[]): string[] {
  const stated = children.flatMap(({ at, file }) => (at.length > 0 && file?.name !== undefined ? [file.name] : []))
  const taken = new Set(stated)
  return children.map((child) => {
    const wanted = nameOf(child)
    if (child.at.length > 0 && child.file?.name !== undefined) return wanted
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted.slice(0, 60)}-${number}`
    taken.add(name)
    return name
  })
}
