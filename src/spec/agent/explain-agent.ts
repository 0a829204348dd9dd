import { type Path, pathLabel } from '../yaml/yaml-node.ts'
import { describePolicy } from '../policy/describe-policy.ts'
import { placeOfValue } from './agent-sources.ts'
import type { AgentSpec } from './agent-spec.ts'
import { expandNetwork } from './expand-network.ts'
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
  return [...rows, ...networkRows(agent, [], sources), ...kept]
}

/** What `sandbox.network` stands for, policy by policy, beside the rule that says it. */
function networkRows({ sandbox, sub_agents: children }: AgentSpec, at: Path, sources: LoadedAgent['sources']): AgentRow[] {
  const own = expandNetwork(sandbox.network).map((policy): AgentRow => {
    const [, place = ''] = policy.name.split('#')
    const path = [...at, 'sandbox', 'network', ...(place === 'default' ? ['default'] : ['rules', Number(place) - 1])]
    const written = placeOfValue(sources, path)
    return { path: `${pathLabel(path)} is`, value: `${policy.name}: ${describePolicy(policy)}`, source: written === undefined ? 'default' : `${written.file}:${written.line}` }
  })
  return [...own, ...children.flatMap((child, index) => networkRows(child, [...at, 'sub_agents', index], sources))]
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
