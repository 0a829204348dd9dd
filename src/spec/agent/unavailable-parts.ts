import { type Path, pathLabel } from '../yaml/yaml-node.ts'
import type { Ask } from './beyond-workspace.ts'
import { placeOfValue } from './agent-sources.ts'
import { type AgentSpec, defaultLimits } from './agent-spec.ts'
import type { AgentSources } from './load-request.ts'

/** What an agent file can say and a build may not do yet. `read`, `edit`, `shell`, `web` and prompts are always there. */
export const agentFeatures = [
  'policies', 'sub_agents', 'delegate', 'review', 'debate', 'mcp', 'functions', 'skills', 'sandbox', 'worktree', 'setup', 'workspace', 'limits', 'checks', 'inherit', 'secrets',
] as const
export type AgentFeature = (typeof agentFeatures)[number]

/** The fields by which an agent uses each feature. */
const usesOf: Readonly<Record<AgentFeature, (agent: AgentSpec) => Path[]>> = {
  policies: ({ policies }) => (policies.length > 0 ? [['policies']] : []),
  sub_agents: ({ sub_agents: children }) => (children.length > 0 ? [['sub_agents']] : []),
  delegate: (agent) => toolUses(agent, (tool) => tool === 'delegate'),
  review: (agent) => toolUses(agent, (tool) => tool === 'review'),
  debate: (agent) => toolUses(agent, (tool) => tool === 'debate'),
  mcp: ({ mcp }) => Object.keys(mcp).map((name) => ['mcp', name]),
  functions: (agent) => toolUses(agent, (tool) => typeof tool === 'object' && 'function' in tool),
  skills: ({ skills }) => (skills.length > 0 ? [['skills']] : []),
  sandbox: ({ sandbox }) => Object.keys(sandbox).flatMap((key) => (key === 'limits' ? [['sandbox', key]] : [])),
  worktree: ({ workspace }) => (workspace.mode === 'worktree' ? [['workspace', 'mode']] : []),
  setup: ({ workspace }) => ((workspace.setup?.length ?? 0) > 0 ? [['workspace', 'setup']] : []),
  workspace: ({ workspace }) => Object.keys(workspace).flatMap((key) => (key === 'mode' || key === 'setup' ? [] : [['workspace', key]])),
  limits: ({ limits }) => Object.keys(limits).flatMap((key) => (Object.hasOwn(defaultLimits, key) ? [] : [['limits', key]])),
  checks: ({ checks }) => Object.keys(checks).map((name) => ['checks', name]),
  inherit: ({ inherit }) => (inherit === 'user' ? [] : [['inherit']]),
  secrets: ({ secrets }) => (Object.keys(secrets).length === 0 ? [] : [['secrets']]),
}

/**
 * Fields that this build would not honour. A run that went ahead would drop them in silence – a policy not enforced, a limit
 * not kept – so it must refuse or say so.
 */
export function unavailableParts(agent: AgentSpec, available: ReadonlySet<AgentFeature>, sources: AgentSources = {}): Ask[] {
  return partsOf(agent, [], available).map(({ path, feature }) => {
    const place = placeOfValue(sources, path)
    return { field: pathLabel(path), reason: `"${feature}", which this version does not do`, ...(place === undefined ? {} : { place }) }
  })
}

function partsOf(agent: AgentSpec, at: Path, available: ReadonlySet<AgentFeature>): { path: Path; feature: AgentFeature }[] {
  const own = agentFeatures.filter((feature) => !available.has(feature))
    .flatMap((feature) => usesOf[feature](agent).map((path) => ({ path: [...at, ...path], feature })))
  // Sub-agents that cannot run at all need no list of their own.
  if (!available.has('sub_agents')) return own
  return [...own, ...agent.sub_agents.flatMap((child, index) => partsOf(child, [...at, 'sub_agents', index], available))]
}

function toolUses({ tools }: AgentSpec, uses: (tool: AgentSpec['tools'][number]) => boolean): Path[] {
  return tools.flatMap((tool, index) => (uses(tool) ? [['tools', index]] : []))
}
