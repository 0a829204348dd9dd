import { placeAt, type Place } from '../yaml/source-text.ts'
import { entryOf, type Path, pathLabel, type YamlNode } from '../yaml/yaml-node.ts'
import type { AgentPart } from './agent-part.ts'
import type { AgentSources } from './load-request.ts'

/** Where every value of a resolved agent was written, by its path in the agent. */
export function collectSources(root: AgentPart): AgentSources {
  const sources: Record<string, Place> = {}
  addPart(sources, root, [])
  return sources
}

function addPart(sources: Record<string, Place>, part: AgentPart, at: Path): void {
  if (part.node.kind === 'map') {
    for (const { key, value } of part.node.entries) if (key !== 'sub_agents') addNode(sources, part, value, [...at, key])
  }
  // `sandbox: open` is the profile; a list of harnesses of one is written without brackets.
  const sandbox = entryOf(part.node, 'sandbox')?.value
  if (sandbox?.kind === 'text') sources[pathLabel([...at, 'sandbox', 'profile'])] = placeAt(part.source, ...sandbox.range)
  if (part.prompt !== undefined) sources[pathLabel([...at, 'prompt'])] = part.prompt.place
  for (const [index, child] of part.children.entries()) {
    const path = [...at, 'sub_agents', index]
    sources[pathLabel(path)] = placeAt(child.source, ...child.node.range)
    addPart(sources, child, path)
  }
}

function addNode(sources: Record<string, Place>, part: AgentPart, node: YamlNode, path: Path): void {
  sources[pathLabel(path)] = placeAt(part.source, ...node.range)
  if (node.kind === 'map') for (const { key, value } of node.entries) addNode(sources, part, value, [...path, key])
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) addNode(sources, part, item, [...path, index])
}

/** The place of a value, or of the nearest thing it was written in below the agent itself; undefined for a default. */
export function placeOfValue(sources: AgentSources, path: Path): Place | undefined {
  const exact = sources[pathLabel(path)]
  if (exact !== undefined) return exact
  const agent = agentDepth(path)
  const [section = '', inside = ''] = path.slice(agent).map(String)
  if (filledIn[section]?.includes(inside) === true) return undefined
  for (let length = path.length - 1; length > agent; length--) {
    const place = sources[pathLabel(path.slice(0, length))]
    if (place !== undefined) return place
  }
  return undefined
}

/** Values the resolver puts into a section that the file does have. */
const filledIn: Readonly<Record<string, readonly string[]>> = { sandbox: ['profile'], workspace: ['mode'], limits: ['depth', 'children'] }

/** How many steps of the path lead to the agent the value belongs to. */
function agentDepth(path: Path): number {
  let depth = 0
  while (path[depth] === 'sub_agents' && typeof path[depth + 1] === 'number') depth += 2
  return depth
}
