import type { Ask } from '../spec/agent/beyond-workspace.ts'
import type { AgentSpec } from '../spec/agent/agent-spec.ts'
import type { AgentSources } from '../spec/agent/load-request.ts'
import { type AgentFeature, unavailableParts } from '../spec/agent/unavailable-parts.ts'

/** What this build honours of an agent file. */
const honoured: ReadonlySet<AgentFeature> = new Set<AgentFeature>(['policies', 'setup', 'inherit', 'mcp', 'skills', 'sandbox', 'secrets', 'sub_agents', 'delegate', 'debate'])
/** A session runs without these, and says so. */
const later: ReadonlySet<AgentFeature> = new Set<AgentFeature>(['review'])
/** Sub-agents have worktrees; sessions that a person starts have none yet. */
const ofSubAgent = /^sub_agents\b.*\.workspace\.mode$/

const missing = (agent: AgentSpec, available: ReadonlySet<AgentFeature>, sources?: AgentSources): Ask[] => unavailableParts(agent, available, sources).filter(({ field }) => !ofSubAgent.test(field))

/** Parts that would weaken a promise if they were left out: an agent with one does not run. */
export function refusedParts(agent: AgentSpec, sources?: AgentSources): Ask[] {
  return missing(agent, new Set([...honoured, ...later]), sources)
}

/** Parts that a session runs without. */
export const leftOutParts = (agent: AgentSpec): Ask[] => missing(agent, honoured)
