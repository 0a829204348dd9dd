import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path/posix'
import { suggestion } from '../yaml/did-you-mean.ts'
import { quote } from '../yaml/problem.ts'
import { placeAt, type SourceText } from '../yaml/source-text.ts'
import { validateYaml } from '../yaml/validate-yaml.ts'
import { entryOf, itemsOf, type Path, pathLabel, textOf, type YamlNode } from '../yaml/yaml-node.ts'
import { AgentFile, agentVocabulary } from './agent-file.ts'
import { type AgentPart, fileExists, type Load, maxAgents, quotePath, readText, type Reference, report, resolvePath } from './agent-part.ts'
import { checkAgent } from './check-agent.ts'
import type { AgentFileKind } from './foreign/detect-kind.ts'
import { openAgentFile } from './foreign/open-agent-file.ts'
import type { AgentSpec } from './agent-spec.ts'
import { skillWords } from './skill-words.ts'
import { functionRef } from './words.ts'
import { type Expansion, expandParams, expandPromptFile } from './expand-params.ts'

export interface FileRequest {
  readonly path: string
  /** Where it is named; undefined for the root. */
  readonly reference?: Reference
  /** The files that led here, root first. */
  readonly trail: readonly string[]
}

/** Reads an agent file and everything it points to. Undefined when there is nothing to go on with; all problems are in `load`. */
export async function collectAgent(load: Load, { path, reference, trail }: FileRequest): Promise<AgentPart | undefined> {
  if (trail.includes(path)) {
    const cycle = [...trail.slice(trail.indexOf(path)), path].map((file) => quotePath(load, file)).join(' → ')
    if (reference !== undefined) report(load, reference, 'cycle', [`agents refer to each other in a circle: ${cycle}`])
    return undefined
  }
  const source = await readText(load, path, reference)
  if (source === undefined) return undefined
  const file = await openAgentFile(load, source)
  if (file === undefined) return undefined
  const given = reference === undefined ? (load.request.params ?? {}) : undefined
  const expansion = expandParams(source, file.root, { given, environment: load.request.environment })
  load.problems.push(...expansion.problems)
  load.openParams.push(...expansion.open)
  const checked = validateYaml(source, expansion.root, AgentFile, agentVocabulary)
  load.problems.push(...checked.problems)
  const opened: OpenFile = { source, kind: file.kind, expansion, trail: [...trail, path] }
  return collectPart(load, opened, { node: expansion.root, at: [], file: checked.value })
}

interface OpenFile {
  readonly source: SourceText
  readonly kind: AgentFileKind
  readonly expansion: Expansion
  readonly trail: readonly string[]
}

interface Here {
  readonly node: YamlNode
  readonly at: Path
  readonly file: AgentFile | undefined
}

async function collectPart(load: Load, opened: OpenFile, { node, at, file }: Here): Promise<AgentPart | undefined> {
  const { source, kind, expansion, trail } = opened
  load.agents += 1
  if (load.agents > maxAgents) {
    if (load.agents === maxAgents + 1) report(load, { source, node }, 'limit', [`this agent is made of more than ${maxAgents} agents`])
    return undefined
  }
  checkAgent(load, source, node)
  const folder = dirname(trail.at(-1) ?? '/')
  const scope = expansion.scopes.get(pathLabel(at)) ?? new Map()
  const common = { source, kind, node, at, folder, scope, file }
  const prompt = await readPrompt(load, common)
  return {
    ...common, ...(prompt === undefined ? {} : { prompt }), skills: await readSkills(load, common), functions: await readFunctions(load, common),
    children: await collectChildren(load, opened, { node, at, file }),
  }
}

type Common = Pick<AgentPart, 'source' | 'node' | 'folder' | 'scope'>

async function readPrompt(load: Load, { source, node, folder, scope }: Common): Promise<AgentPart['prompt']> {
  const named = entryOf(entryOf(node, 'prompt')?.value, 'file')?.value
  const text = textOf(named)
  if (named === undefined || text === undefined || text === '') return undefined
  const path = resolvePath(load, folder, text, { source, node: named })
  const read = path === undefined ? undefined : await readText(load, path, { source, node: named })
  if (read === undefined) return undefined
  const expanded = expandPromptFile(read, scope)
  load.warnings.push(...expanded.warnings)
  return { text: expanded.text, place: placeAt(read, 0) }
}

async function readSkills(load: Load, { source, node, folder }: Common): Promise<AgentPart['skills']> {
  const skills: AgentSpec['skills'] = []
  for (const item of itemsOf(entryOf(node, 'skills')?.value)) {
    const text = textOf(item)
    const path = text === undefined || text === '' ? undefined : resolvePath(load, folder, text, { source, node: item })
    const file = path === undefined ? undefined : await readText(load, join(path, 'SKILL.md'), { source, node: item })
    if (path !== undefined && file !== undefined) skills.push({ path, sha256: sha256(file.text), ...skillWords(path, file) })
  }
  return skills
}

async function readFunctions(load: Load, { source, node, folder }: Common): Promise<AgentPart['functions']> {
  const functions = new Map<string, { file: string; export: string; sha256: string }>()
  for (const item of itemsOf(entryOf(node, 'tools')?.value)) {
    const named = entryOf(item, 'function')?.value
    const text = textOf(named)
    if (named === undefined || text === undefined || !functionRef.safeParse(text).success) continue
    const hash = text.lastIndexOf('#')
    const path = resolvePath(load, folder, text.slice(0, hash), { source, node: named })
    const file = path === undefined ? undefined : await readText(load, path, { source, node: named })
    if (path !== undefined && file !== undefined) functions.set(text, { file: path, export: text.slice(hash + 1), sha256: sha256(file.text) })
  }
  return functions
}

async function collectChildren(load: Load, opened: OpenFile, { node, at, file }: Here): Promise<AgentPart[]> {
  const { source, trail } = opened
  const children: AgentPart[] = []
  for (const [index, item] of itemsOf(entryOf(node, 'sub_agents')?.value).entries()) {
    const reference = entryOf(item, 'file') ?? entryOf(item, 'agent')
    if (item.kind !== 'map') continue
    if (reference === undefined) {
      const typed = file?.sub_agents?.[index]
      const inline = typed !== undefined && !('file' in typed) && !('agent' in typed) ? typed : undefined
      const part = await collectPart(load, opened, { node: item, at: [...at, 'sub_agents', index], file: inline })
      if (part !== undefined) children.push(part)
      continue
    }
    const place: Reference = { source, node: reference.value }
    const text = textOf(reference.value)
    if (text === undefined || text === '') continue
    const folder = dirname(trail.at(-1) ?? '/')
    const path = reference.key === 'file' ? await findFile(load, folder, text, place) : await findAgent(load, folder, text, place)
    const part = path === undefined ? undefined : await collectAgent(load, { path, reference: place, trail })
    if (part !== undefined) children.push(part)
  }
  return children
}

async function findFile(load: Load, folder: string, text: string, reference: Reference): Promise<string | undefined> {
  const path = resolvePath(load, folder, text, reference)
  return path === undefined ? undefined : agentFileOf(load, path)
}

/** A folder is an agent by its `agent.yaml`, or as a bundle of the Python edition by its `config.yaml`. The path itself when there is neither: reading it says so. */
export async function agentFileOf(load: Load, path: string): Promise<string> {
  if (await fileExists(load, path)) return path
  for (const name of ['agent.yaml', 'config.yaml']) {
    if (await fileExists(load, join(path, name))) return join(path, name)
  }
  return path
}

async function findAgent(load: Load, folder: string, name: string, reference: Reference): Promise<string | undefined> {
  // The form of a name is checked by the schema; anything else must not become a path.
  if (!/^[a-z][a-z0-9_-]*$/.test(name)) return undefined
  const folders = [join(folder, 'agents'), ...(load.request.agentFolders ?? [])]
  for (const place of folders) {
    for (const file of [`${name}.yaml`, `${name}.yml`, `${name}/agent.yaml`]) {
      if (await fileExists(load, join(place, file))) return join(place, file)
    }
  }
  const names: string[] = []
  for (const place of folders) names.push(...((await load.request.readDir?.(place)) ?? []).slice(0, 500).map((file) => file.replace(/\.ya?ml$/, '')))
  report(load, reference, 'reference', [`there is no agent ${quote(name)}`, suggestion(name, names) ?? `looked in ${folders.join(', ')}`])
  return undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
