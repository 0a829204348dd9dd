import { dirname } from 'node:path/posix'
import { hashJson } from '../../base/hash-json.ts'
import { problemAt, sortProblems } from '../yaml/problem.ts'
import { placeAt } from '../yaml/source-text.ts'
import type { Load } from './agent-part.ts'
import { collectSources } from './agent-sources.ts'
import { type AgentSpec } from './agent-spec.ts'
import { agentFileOf, collectAgent } from './collect-agent.ts'
import type { LoadRequest, LoadResult } from './load-request.ts'
import { resolveAgent } from './resolve-agent.ts'

/** UTF-8 size of a resolved agent; it is stored in every log that uses it. */
const maxAgentBytes = 1024 * 1024

/**
 * Loads an agent file: reads it and what it points to, reports every problem at once, and resolves it to plain JSON.
 * Runs nothing and imports nothing from it. Never throws because of what a file says.
 * @throws what `readFile` throws other than AppError.
 */
export async function loadAgent(request: LoadRequest): Promise<LoadResult> {
  const { folders = [], agentFolders = [] } = request
  const common = { request, problems: [], warnings: [], openParams: [], contents: new Map(), agents: 0, bytes: 0 }
  const path = await agentFileOf({ ...common, folders: [] }, request.path)
  const load: Load = { ...common, folders: [dirname(path), ...folders, ...agentFolders] }
  const part = await collectAgent(load, { path, trail: [] })
  if (part === undefined || load.problems.length > 0) return { ok: false, problems: sortProblems(load.problems), openParams: load.openParams }
  const agent = resolveAgent(part)
  const bytes = new TextEncoder().encode(JSON.stringify(agent)).length
  if (bytes > maxAgentBytes) {
    const problem = problemAt(placeAt(part.source, 0), 'limit', `the agent has ${bytes} bytes with all its files; at most ${maxAgentBytes} are stored`)
    return { ok: false, problems: [problem], openParams: [] }
  }
  return { ok: true, kind: part.kind, agent, hash: hashAgent(agent), warnings: sortProblems(load.warnings), sources: collectSources(part), folder: part.folder }
}

/** SHA-256 of the canonical JSON (RFC 8785), lower-case hex: the identity that trust and logs refer to. */
export function hashAgent(agent: AgentSpec): string {
  return hashJson(agent)
}
