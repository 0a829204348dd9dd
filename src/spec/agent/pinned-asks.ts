import type { PinnedAgent } from '../events/session-data.ts'
import { AgentSpec } from './agent-spec.ts'
import { type Ask, beyondWorkspace } from './beyond-workspace.ts'

/**
 * What a pinned agent asks for beyond its workspace. One that this version can not read asks for everything it says: a log
 * from elsewhere, or of another version, gets nothing unseen.
 */
export function pinnedAsks(spec: PinnedAgent['spec'], workspace?: string): Ask[] {
  const result = AgentSpec.safeParse(spec)
  if (result.success) return beyondWorkspace(result.data, workspace === undefined ? {} : { workspace })
  return [{ field: 'agent', reason: 'what this version of omni can not tell: the agent was written by another one', exact: JSON.stringify(spec) }]
}
