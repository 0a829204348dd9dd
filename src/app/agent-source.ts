import { hashJson } from '../base/hash-json.ts'
import { plainJson } from '../base/plain-json.ts'
import { type CompiledList, compilePolicies } from '../policy/compile-policies.ts'
import { planesOf, refuseUnkept } from '../policy/coverage.ts'
import { agentPolicies } from '../policy/policy-fold.ts'
import type { AgentSource } from '../server/server-deps.ts'
import { AppError } from '../spec/app-error.ts'
import type { AgentList, CreateSession } from '../spec/api/http.ts'
import { selectHarness } from '../spec/agent/select-harness.ts'
import { parseAgentSpec } from '../spec/agent/parse-agent-spec.ts'
import type { KnownHarness, LoadedAgent } from '../spec/agent/load-request.ts'
import type { AgentSpec } from '../spec/agent/agent-spec.ts'
import { refuseBeyond } from '../spec/agent/beyond-ceiling.ts'
import type { BoxCeiling } from '../spec/agent/box-ceiling.ts'
import { defaultProfile, type ProfileName } from '../spec/agent/words.ts'
import { isLookedAt } from '../spec/work-folder.ts'
import type { Readiness } from '../spec/ports/host-link.ts'
import { omniToolsOf } from '../spec/tools/omni-tools.ts'
import { createAdapterSet } from './adapter-set.ts'
import { canonicalHarness, knownHarnesses } from './known-harnesses.ts'
import { loadAgentFile, readAgentFile } from './agent-files.ts'
import { leftOutParts, refusedParts } from './honoured-parts.ts'
import { namedAgents } from './named-agents.ts'
import type { UserConfig } from '../spec/config/user-config.ts'
import type { Paths } from './paths.ts'

export interface AgentSourceOptions {
  readonly paths: Paths
  readonly environment: Readonly<Record<string, string>>
  /** The default harness of the user's configuration, for agents that name none. */
  readonly defaultHarness: () => Promise<string>
  /** Agents of the user's own configuration. */
  readonly ownAcp?: UserConfig['acp']
  readiness(): Promise<readonly Readiness[]>
  /** The user's word, else the server's, on where sessions run for which nobody says it; and the most that the server lets any have. */
  sandbox(): Promise<{ readonly default: ProfileName | undefined; readonly ceiling: BoxCeiling | undefined }>
  /** The server's policies as they are now. */
  policies(): CompiledList
}

/** The shipped agents and those in `~/.omnigent/agents`; resolves what a request asks for into a pinned agent. */
export function createAgentSource(options: AgentSourceOptions): AgentSource {
  const place = { cwd: '/', home: options.paths.home, environment: options.environment, color: false }
  return {
    async list() {
      const summaries = await Promise.all((await namedAgents(place.home)).map(async ({ path, name, source }) => {
        const result = await readAgentFile(place, path)
        return result.ok ? [summaryOf(result.agent, name, source)] : []
      }))
      return summaries.flat()
    },
    async resolve(request) {
      const { agent, warnings } = await resolveAgent(request, place)
      const selected = selectHarness({
        agent, knownHarnesses: await runnable(agent, options), defaultHarness: await options.defaultHarness(),
        ...(request.harness === undefined ? {} : { requested: request.harness }), ...(request.model === undefined ? {} : { requestedModel: request.model }),
      })
      if (!selected.ok) throw new AppError('unsupported', (await noneRuns(agent, request.harness, options)) ?? selected.message)
      const { model } = selected
      const harness = canonicalHarness(selected.harness)
      const notices = [...warnings.map(({ file, line, message }) => `${file}:${line}: ${message}`), ...refuseUnavailable(agent), ...ceilingNotice(agent, harness, options.ownAcp), ...leadNotice(agent, harness, options.ownAcp)]
      refuseInherit(agent, harness)
      const sandbox = await profileOf(request, agent, options)
      refuseUnenforced(agent, { harness, folder: request.workspace.path, profile: sandbox }, options)
      const spec = plainJson(agent)
      return { agent: { name: agent.name, hash: hashJson(spec), spec }, harness, sandbox, notices: [...notices, ...selected.notices], ...(model === undefined ? {} : { model }) }
    },
    harness: (harness) => {
      const selected = selectHarness({ agent: { harness: [] }, requested: harness, knownHarnesses: knownHarnesses(options.ownAcp) })
      if (!selected.ok) throw new AppError('unsupported', selected.message)
      return canonicalHarness(selected.harness)
    },
  }
}

async function resolveAgent(request: Pick<CreateSession, 'agent'>, place: Parameters<typeof loadAgentFile>[0]): Promise<Pick<LoadedAgent, 'agent' | 'warnings'>> {
  // Whoever sends a resolved agent has seen what its file could not say.
  if ('spec' in request.agent) return { agent: parseAgentSpec(request.agent.spec), warnings: [] }
  const { name } = request.agent
  const found = await namedAgents(place.home)
  const file = found.find((each) => each.name === name)
  if (file === undefined) throw new AppError('not_found', `There is no agent "${name}". Here are: ${found.map((each) => each.name).join(', ')}. A file is named with its path: ./${name}.yaml`)
  return loadAgentFile(place, file.path)
}

function refuseUnavailable(agent: AgentSpec): string[] {
  const refused = refusedParts(agent)
  if (refused.length > 0) throw new AppError('unsupported', `This agent uses what is not available yet: ${refused.map(({ field, reason }) => `${field} (${reason})`).join('; ')}. Remove it to run now.`)
  return leftOutParts(agent).map(({ field, reason }) => `${field}: ${reason} yet; the session runs without it.`)
}

/** Refused here already, where a person waits for the answer: the host refuses it at every start. */
async function profileOf(request: Pick<CreateSession, 'sandbox' | 'workspace'>, agent: AgentSpec, { sandbox, environment }: AgentSourceOptions): Promise<ProfileName> {
  const { default: configured, ceiling } = await sandbox()
  const profile = request.sandbox ?? agent.sandbox.profile ?? configured ?? defaultProfile
  refuseBeyond({ ...agent.sandbox, profile, env: [...agent.env.pass, ...(agent.sandbox.env ?? [])] }, ceiling, { workspace: request.workspace.path, home: environment['HOME'] ?? '/', whose: 'The server' })
  return profile
}

/** Keeping the user's own out is a promise: a program that can not is not started. The host checks again, for forks and switches. */
function refuseInherit(agent: AgentSpec, harness: string): void {
  const adapter = createAdapterSet().find((each) => each.id === harness)
  if (agent.inherit === 'none' && adapter?.holdsInherit !== true) throw new AppError('unsupported', `The agent says "inherit: none", which ${adapter?.title ?? harness} can not keep. Choose another harness, or remove that line.`)
}

/** The agent's policies and the server's: what must be enforced has to be, on this harness and in this folder. The session checks again for forks and switches, and when it turns out that the folder can not be looked at. */
function refuseUnenforced(agent: AgentSpec, { harness, folder, profile }: { readonly harness: string; readonly folder: string; readonly profile: ProfileName }, { policies, ownAcp, environment }: AgentSourceOptions): void {
  const adapter = createAdapterSet(ownAcp).find((each) => each.id === harness)
  const rules = [compilePolicies('agent', agentPolicies(plainJson(agent))), policies()].flatMap((list) => list.rules)
  refuseUnkept(rules, { gate: adapter?.capabilities.gate ?? 'none', planes: planesOf(isLookedAt(folder, environment['HOME']), profile === 'off' ? 'off' : 'walled') }, adapter?.title ?? harness)
}

/** The gate keeps the ceiling. What a program runs without asking is out of its reach: that is said, never passed over. */
function ceilingNotice(agent: AgentSpec, harness: string, ownAcp: UserConfig['acp'] | undefined): string[] {
  const adapter = createAdapterSet(ownAcp).find((each) => each.id === harness)
  const granted = (name: string) => agent.tools.some((tool) => tool === name)
  const unseen = { 'every-call': [], changes: ['read'], none: ['read', 'edit', 'shell', 'web'] }[adapter?.capabilities.gate ?? 'every-call'].filter((name) => !granted(name))
  return adapter === undefined || unseen.length === 0 ? [] : [`tools: ${adapter.title} does not ask before it uses ${unseen.join(', ')}, so it can not be held to what this agent’s file grants.`]
}

/** The engine's tools reach programs that take servers of tools. */
function leadNotice(agent: AgentSpec, harness: string, ownAcp: UserConfig['acp'] | undefined): string[] {
  const adapter = createAdapterSet(ownAcp).find((each) => each.id === harness)
  const leads = omniToolsOf(agent.tools.filter((tool) => typeof tool === 'string')).length > 0
  return adapter === undefined || !leads || adapter.capabilities.mcp ? [] : [`tools: ${adapter.title} takes no tools of ours, so that this agent leads nobody there: no delegate, no debate.`]
}

/** One id is taken at its word; of several only those count that can run on the attached host. */
async function runnable(agent: AgentSpec, options: AgentSourceOptions): Promise<readonly KnownHarness[]> {
  const known = knownHarnesses(options.ownAcp)
  if (agent.harness.length < 2) return known
  // Without a host nothing is known yet: the first choice stands.
  const states = new Map((await options.readiness().catch(() => [])).map((each) => [each.harness, each.state === 'ready']))
  return known.map((each) => ({ ...each, available: each.available && states.get(each.id) !== false }))
}

/** Of a list none can run on this machine: which were looked for, and what each lacks. Undefined when that is not it. */
async function noneRuns(agent: AgentSpec, requested: string | undefined, options: AgentSourceOptions): Promise<string | undefined> {
  if (requested !== undefined || agent.harness.length < 2) return undefined
  const states = await options.readiness().catch(() => [])
  const missing = agent.harness.flatMap((id) => states.filter((each) => each.harness === canonicalHarness(id) && each.state !== 'ready'))
  if (missing.length < agent.harness.length) return undefined
  return `None of the harnesses of this agent can run here: ${missing.map(({ harness, reason, state }) => `${harness} (${(reason ?? state).replace(/\.$/, '')})`).join(', ')}. Run: omni setup`
}

function summaryOf(agent: AgentSpec, name: string, source: 'shipped' | 'user'): AgentList['agents'][number] {
  return { name, harness: agent.harness, source, ...(agent.description === undefined ? {} : { description: agent.description }) }
}
