import { type Path, pathLabel } from '../yaml/yaml-node.ts'
import { placeOfValue } from './agent-sources.ts'
import type { LoadedAgent } from './load-request.ts'

export interface AgentRow {
  /** `sub_agents[0].sandbox.profile` */
  readonly path: string
  /** A single value, a list of single values, or an empty list or map. */
  readonly value: unknown
  /** `file:line`, or `default`. */
  readonly source: string
}

/** Where the agent's policies are kept, in their order, and on which harness. */
export interface Enforcement {
  readonly harness: string
  readonly texts: readonly string[]
}

/**
 * The effective agent, one row per value, with where each came from. `${VAR}` is shown, never what it stands for.
 * @param enforcement adds a row for each policy: what keeps it
 */
export function explainAgent({ agent, sources }: Pick<LoadedAgent, 'agent' | 'sources'>, enforcement: Enforcement = { harness: '', texts: [] }): AgentRow[] {
  const rows = rowsOf(agent, []).map(({ path, value }) => {
    const place = placeOfValue(sources, path)
    return { path: pathLabel(path), value, source: place === undefined ? 'default' : `${place.file}:${place.line}` }
  })
  const kept = enforcement.texts.map((text, index) => ({ path: `policies[${index}] is kept by`, value: text, source: `on ${enforcement.harness}` }))
  return [...rows, ...kept]
}

function rowsOf(value: unknown, path: Path): { path: Path; value: unknown }[] {
  if (Array.isArray(value)) {
    const isFlat = value.every((item) => typeof item !== 'object' || item === null)
    return isFlat ? [{ path, value }] : value.flatMap((item, index) => rowsOf(item, [...path, index]))
  }
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0 && path.length > 0) return [{ path, value }]
  return members.flatMap(([key, member]) => rowsOf(member, [...path, key]))
}
