import type { Ask } from '../spec/agent/beyond-workspace.ts'
import type { AgentSpec } from '../spec/agent/agent-spec.ts'
import type { AgentSources } from '../spec/agent/load-request.ts'
import { type AgentFeature, unavailableParts } from '../spec/agent/unavailable-parts.ts'

/** What this build honours of an agent file. */
const honoured: ReadonlySet<AgentFeature> = new Set<AgentFeature>(['policies', 'setup', 'inherit', 'mcp', 'skills', 'sandbox', 'secrets'])
/** A session runs without these, and says so. */
const later: ReadonlySet<AgentFeature> = new Set<AgentFeature>(['sub_agents', 'delegate', 'review', 'debate'])

/** Parts that would weaken a promise if they were left out: an agent with one does not run. */
export function refusedParts(agent: AgentSpec, sources?: AgentSources): Ask[] {
  // Sub-agents do not run yet, so what they would need is nobody's loss.
  return unavailableParts({ ...agent, sub_agents: [] }, new Set([...honoured, ...later]), sources)
}

/** Parts that a session runs without. */
export const leftOutParts = (agent: AgentSpec): Ask[] => unavailableParts(agent, honoured)
