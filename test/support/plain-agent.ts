import { hashAgent } from '../../src/spec/agent/load-agent.ts'
import { parseAgentSpec } from '../../src/spec/agent/parse-agent-spec.ts'
import type { PinnedAgent } from '../../src/spec/events/session-data.ts'

/** A resolved agent that asks for nothing, but for `more`. */
export function plainAgent(name: string, more: PinnedAgent['spec'] = {}): PinnedAgent {
  const spec: PinnedAgent['spec'] = {
    name, prompt: '', harness: [], tools: ['read', 'edit', 'shell', 'web'], mcp: {}, skills: [], sub_agents: [], policies: [], sandbox: {},
    workspace: { mode: 'here' }, limits: { depth: 4, children: 16 }, params: {}, checks: {}, inherit: 'user', secrets: {}, env: { pass: [], set: {} }, ...more,
  }
  return { name, hash: hashAgent(parseAgentSpec(spec)), spec }
}
