import { quote, quoteWhole } from '../../../yaml/problem.ts'
import { entryOf, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'
import { type Draft, draftNode, put } from '../draft.ts'
import { textNode } from '../make-node.ts'
import { onlyTools } from '../make-policy.ts'
import { expectText, expectTexts, type FieldRules, lose, nameNode, readFields, refuse, type Translation } from '../translation.ts'
import { bundleAgents } from './bundle-folder.ts'
import type { PythonScope, readAgent } from './python-agent.ts'
import { serverRules } from './server-rules.ts'

interface ToolsRequest {
  readonly entry: YamlEntry
  readonly osEnv: YamlNode | undefined
  /** Given, because an agent's tools may be agents. */
  readonly readAgent: typeof readAgent
}

/** `tools`: a map from name to tool; in a bundle `agents` and `builtins` are lists in it. */
export async function readTools(scope: PythonScope, draft: Draft, { entry, osEnv, readAgent }: ToolsRequest): Promise<void> {
  const { translation, parent } = scope
  const label = parent === undefined ? 'tools' : `${parent.label}.tools`
  const { value } = entry
  if (value.kind !== 'map') return readFields(translation, { node: value, label }, {})
  for (const tool of value.entries) {
    const path = `${label}.${tool.key}`
    if (tool.key === 'agents' && tool.value.kind !== 'map') draft.children.push(...(await bundleAgents(scope, tool)))
    else if (tool.key === 'builtins' && tool.value.kind !== 'map') readBuiltins(translation, draft, tool)
    else if (isSetting(tool)) lose(translation, tool.keyRange, `${path} is not carried: ${settings[tool.key] ?? ''}`)
    else if (typeOf(tool) === 'agent') draft.children.push(await readChild({ scope, tool, path, osEnv, readAgent }))
    else readTool({ translation, draft }, tool, path)
  }
}

const settings: Readonly<Record<string, string>> = {
  timeout: 'tool calls are bounded by the harness', retry: 'tools are not called again by themselves', sandbox: 'tools run in the box of the session',
}

function isSetting({ key, value }: YamlEntry): boolean {
  return Object.hasOwn(settings, key) && entryOf(value, 'type') === undefined
}

function typeOf({ value }: YamlEntry): string | undefined {
  const type = entryOf(value, 'type')?.value
  return type?.kind === 'text' ? type.value : undefined
}

function readTool({ translation, draft }: { translation: Translation; draft: Draft }, tool: YamlEntry, path: string): void {
  const { keyRange, value } = tool
  if (value.kind === 'unreadable') return
  const type = typeOf(tool)
  if (type === 'mcp') return readServer(translation, draft, tool, path)
  if (value.kind === 'text' && (value.value === 'inherit' || value.value === 'self')) {
    return lose(translation, keyRange, `${path} is not carried: ${value.value === 'self' ? 'an agent is no sub-agent of itself' : 'tools are not taken over from the parent; name them where they are used'}`)
  }
  if (type === 'skill') return lose(translation, keyRange, `${path} is not carried: a skill is a folder with a SKILL.md here`, 'name the folder under skills')
  if (type === 'handoff') return lose(translation, keyRange, `${path} is not carried: a session stays with its agent; sub-agents get tasks`, 'make it a sub-agent')
  if (type === 'inherit') return lose(translation, keyRange, `${path} is not carried: tools are not taken over from the parent; name them where they are used`)
  if (type !== undefined && type !== 'function' && type !== 'cancellable_function') return refuse(translation, entryOf(value, 'type')?.value.range ?? keyRange, 'value', `${path} has the type ${quote(type)}, which is not known here`)
  refuseCallable(translation, tool, path)
}

/** Python code is named, never imported. */
function refuseCallable(translation: Translation, { keyRange, value }: YamlEntry, path: string): void {
  const runtime = entryOf(value, 'runtime')?.value
  if (runtime?.kind === 'text' && runtime.value === 'client') return lose(translation, keyRange, `${path} is not carried: no client brings tools of its own here`, 'offer it as an MCP server')
  const callable = entryOf(value, 'callable')
  const named = callable?.value.kind === 'text' ? ` ${quoteWhole(callable.value.value)}` : ''
  refuse(translation, callable?.value.range ?? keyRange, 'unavailable', `${path} is Python code${named}, which does not run here`, 'offer it as an MCP server, or write {function: ./tool.ts#name}')
}

/** An MCP server. `${VAR}` in its address, headers and variables is an environment variable there as here. */
function readServer(translation: Translation, draft: Draft, { key, keyRange, value }: YamlEntry, path: string): void {
  const kept: YamlEntry[] = []
  const rules: FieldRules = {
    ...serverRules((entry) => kept.push(entry)),
    type: () => undefined,
    tools: (entry) => {
      if (entry.value.kind === 'null') return
      const names = expectTexts(translation, entry, `${path}.tools`).map(({ text }) => text)
      draft.policies.push(...onlyTools(entry.keyRange, key, names))
    },
  }
  readFields(translation, { node: value, label: path }, rules)
  draft.mcp.push({ key, keyRange, value: value.kind === 'map' ? { ...value, entries: kept } : value })
}

function readBuiltins(translation: Translation, draft: Draft, { key, value }: YamlEntry): void {
  const items = value.kind === 'list' ? value.items : []
  if (value.kind !== 'list' && value.kind !== 'null') refuse(translation, value.range, 'type', `tools.${key} must be a list`)
  for (const item of items) {
    const named = item.kind === 'map' ? entryOf(item, 'name')?.value : item
    const name = named === undefined ? undefined : expectText(translation, { key: 'tools.builtins', keyRange: item.range, value: named })
    if (name === undefined) continue
    if (Object.hasOwn(builtins, name)) draft.tools = [...(draft.tools ?? []).filter((tool) => tool.kind !== 'text' || tool.value !== builtins[name]), textNode(item.range, builtins[name] ?? name)]
    else lose(translation, item.range, `the built-in tool ${quote(name)} is not carried: there is none like it here`)
    for (const { key: setting, keyRange } of item.kind === 'map' ? item.entries : []) {
      if (setting !== 'name') lose(translation, keyRange, `${setting} of ${name} is not carried: the harness brings its own search`)
    }
  }
}

/** Built-in tools by our capability. */
const builtins: Readonly<Record<string, string>> = { web_search: 'web', web_fetch: 'web' }

interface ChildRequest extends Omit<ToolsRequest, 'entry'> {
  readonly scope: PythonScope
  readonly tool: YamlEntry
  readonly path: string
}

/** A tool of type `agent` is a sub-agent written in place. */
async function readChild({ scope, tool, path, osEnv, readAgent }: ChildRequest): Promise<YamlNode> {
  const { translation } = scope
  const { key, keyRange, value } = tool
  const copy = entryOf(value, 'spec')
  if (copy !== undefined) refuse(translation, copy.keyRange, 'unavailable', `${path}.spec is not carried: an agent is no copy of its parent`, 'write the sub-agent out')
  const own: YamlNode = value.kind === 'map' ? { ...value, entries: value.entries.filter((entry) => entry.key !== 'spec') } : value
  const child = await readAgent({ ...scope, kind: 'python-file', place: keyRange, parent: { label: path, osEnv } }, own)
  // The key is what the parent calls it by.
  put(child, 'name', nameNode(translation, keyRange, key), keyRange)
  return draftNode(child, value.range, keyRange)
}
