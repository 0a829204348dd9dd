/**
 * What belongs to a bundle by its place: `skills/<dir>/SKILL.md`, `tools/mcp/<name>.yaml`, `tools/python/*.py`, `agents/<dir>/config.yaml`.
 */
import { join } from 'node:path/posix'
import { listWords, problemAt, quote } from '../../../yaml/problem.ts'
import { placeOfFile, type SourceText } from '../../../yaml/source-text.ts'
import { parseStrictYaml } from '../../../yaml/parse-strict-yaml.ts'
import { validateYaml } from '../../../yaml/validate-yaml.ts'
import { entryOf, textOf, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'
import { AgentFile } from '../../agent-file.ts'
import { fileExists, readText } from '../../agent-part.ts'
import { checkAgent } from '../../check-agent.ts'
import { expandParams } from '../../expand-params.ts'
import { type Draft, put } from '../draft.ts'
import { escapeReferences, listNode, mapNode, textNode } from '../make-node.ts'
import { expectTexts, readFields, refuse, type Translation } from '../translation.ts'
import type { PythonScope } from './python-agent.ts'
import { serverRules } from './server-rules.ts'

/** A folder of more is no agent's. */
const maxNames = 200

export async function readBundleFolder(scope: PythonScope, draft: Draft): Promise<void> {
  await findSkills(scope, draft)
  await findServers(scope, draft)
  await refuseCode(scope)
}

async function namesIn({ translation: { load }, folder }: PythonScope, ...inside: readonly string[]): Promise<string[]> {
  const names = (await load.request.readDir?.(join(folder, ...inside))) ?? []
  return names.toSorted().slice(0, maxNames)
}

async function findSkills(scope: PythonScope, draft: Draft): Promise<void> {
  const { translation: { load }, folder, place } = scope
  const skills: YamlNode[] = []
  for (const name of await namesIn(scope, 'skills')) {
    if (await fileExists(load, join(folder, 'skills', name, 'SKILL.md'))) skills.push(textNode(place, escapeReferences(`skills/${name}`)))
  }
  if (skills.length > 0) put(draft, 'skills', listNode(place, skills))
}

async function findServers(scope: PythonScope, draft: Draft): Promise<void> {
  const { translation, folder, place } = scope
  for (const name of await namesIn(scope, 'tools', 'mcp')) {
    if (!/\.ya?ml$/.test(name)) continue
    const source = await readText(translation.load, join(folder, 'tools', 'mcp', name), { source: translation.source, node: textNode(place, name) })
    const server = source === undefined ? undefined : readServerFile({ ...translation, source }, name)
    if (server === undefined) continue
    if (draft.mcp.some(({ key }) => key === server.key)) refuse(translation, place, 'value', `two MCP servers are called ${quote(server.key)}`, `one is in tools/mcp/${name}`)
    else {
      draft.mcp.push({ ...server, keyRange: place })
      draft.tools?.push(mapNode(place, { mcp: textNode(place, server.key) }))
    }
  }
}

/** A server in a file of its own is checked there, as the same server in an agent file would be; its places are in that file. */
function readServerFile(translation: Translation, file: string): YamlEntry | undefined {
  const { load, source } = translation
  const { root, problems } = parseStrictYaml(source, 'an MCP server file')
  load.problems.push(...problems)
  if (root === undefined) return undefined
  const kept: YamlEntry[] = []
  readFields(translation, { node: root, label: '' }, { ...serverRules((entry) => kept.push(entry)), name: () => undefined, transport: { same: ['http', 'sse', 'stdio'], otherwise: 'servers are programs or addresses' } })
  const key = textOf(entryOf(root, 'name')?.value) ?? file.replace(/\.ya?ml$/, '')
  const keyRange = entryOf(root, 'name')?.value.range ?? root.range
  const server: YamlNode = { kind: 'map', range: root.range, entries: kept }
  const checked = checkAlone(translation, { kind: 'map', range: root.range, entries: [{ key: 'mcp', keyRange, value: { kind: 'map', range: root.range, entries: [{ key, keyRange, value: server }] } }] })
  // Judged already, and from here on without places of its own.
  return { key, keyRange, value: checked ? plain(server) : { kind: 'unreadable', range: [0, 0] } }
}

function checkAlone({ load, source }: { load: Translation['load']; source: SourceText }, agent: YamlNode): boolean {
  const before = load.problems.length
  const expansion = expandParams(source, agent, { given: undefined, environment: load.request.environment })
  load.problems.push(...expansion.problems, ...validateYaml(source, expansion.root, AgentFile).problems)
  checkAgent(load, source, expansion.root)
  return load.problems.length === before
}

/** The same values, all in one place; references stay as they are written. */
function plain(node: YamlNode): YamlNode {
  const range: YamlNode['range'] = [0, 1]
  if (node.kind === 'map') return { kind: 'map', range, entries: node.entries.map(({ key, value }) => ({ key, keyRange: range, value: plain(value) })) }
  if (node.kind === 'list') return { kind: 'list', range, items: node.items.map(plain) }
  return { ...node, range }
}

/** Python files are tools there by being there. */
async function refuseCode(scope: PythonScope): Promise<void> {
  const { translation: { load }, folder } = scope
  for (const [language, ending] of [['python', '.py'], ['typescript', '.ts']] as const) {
    for (const name of await namesIn(scope, 'tools', language)) {
      if (!name.endsWith(ending) || name.startsWith('_')) continue
      const place = placeOfFile(join(folder, 'tools', language, name))
      if (language === 'python') load.problems.push(problemAt(place, 'unavailable', `the tool ${quote(name)} is Python code, which does not run here`, 'offer it as an MCP server, or write {function: ./tool.ts#name}'))
      else load.warnings.push(problemAt(place, 'foreign', `the tool ${quote(name)} is not carried: tools name a file and its export here`, `write {function: ./tools/typescript/${name}#name} under tools`))
    }
  }
}

/** `tools.agents`: the bundles under `agents/` that may be called, by the name each declares, which need not be its folder's. */
export async function bundleAgents(scope: PythonScope, entry: YamlEntry): Promise<YamlNode[]> {
  const { translation, folder } = scope
  const agents: YamlNode[] = []
  let declared: ReadonlyMap<string, string> | undefined
  for (const { text, node } of expectTexts(translation, entry, 'tools.agents')) {
    const direct = /^[\w.-]+$/.test(text) && !text.startsWith('.') && (await fileExists(translation.load, join(folder, 'agents', text, 'config.yaml')))
    declared ??= direct ? undefined : await declaredNames(scope)
    const dir = direct ? text : declared?.get(text)
    if (dir === undefined) refuse(translation, node.range, 'reference', `there is no agent ${quote(text)} under agents/`, known(declared))
    else agents.push(mapNode(node.range, { file: textNode(node.range, escapeReferences(`agents/${dir}/config.yaml`)) }))
  }
  return agents
}

function known(declared: ReadonlyMap<string, string> | undefined): string | undefined {
  const names = [...(declared?.keys() ?? [])]
  return names.length === 0 ? undefined : `there are ${listWords(names.map(quote), 'and')}`
}

async function declaredNames(scope: PythonScope): Promise<ReadonlyMap<string, string>> {
  const { translation: { load }, folder } = scope
  const names = new Map<string, string>()
  for (const dir of await namesIn(scope, 'agents')) {
    const path = join(folder, 'agents', dir, 'config.yaml')
    const source = (await fileExists(load, path)) ? await readText(load, path, undefined) : undefined
    const root = source === undefined ? undefined : parseStrictYaml(source, 'an agent file').root
    const name = root === undefined ? undefined : textOf(entryOf(root, 'name')?.value)
    if (name !== undefined) names.set(name, dir)
  }
  return names
}

