import { plainJson } from '../../base/plain-json.ts'
import { AppError } from '../../spec/app-error.ts'
import { type AgentSpec, defaultLimits } from '../../spec/agent/agent-spec.ts'
import { hashAgent } from '../../spec/agent/load-agent.ts'
import type { PinnedAgent } from '../../spec/events/session-data.ts'
import type { OmniInput } from '../../spec/tools/omni-tools.ts'
import { startTurn } from '../commands/turn-commands.ts'
import { specOf } from '../read-spec.ts'
import { requirePlanes } from '../required-policies.ts'
import type { Lane } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'
import type { Answer } from './answers.ts'
import { startable } from './call-omni.ts'
import { childrenOf, depthOf, isLive, rootOf } from './family.ts'

/** Starts a session of a declared sub-agent in the same tree, on its own prompt. @throws {AppError} what is to be said to the agent */
export function delegate(tx: Transaction, session: string, { agent: name, task, title, model }: OmniInput<'delegate'>): Answer {
  const lane = tx.lane(session)
  const agent = startable(tx, session).get(name)
  if (agent === undefined) throw new AppError('not_found', `There is no sub-agent ${name}. You can start: ${[...startable(tx, session).keys()].join(', ') || 'none'}.`)
  keepToLimits(tx, lane)
  keepApart(agent)
  const harness = agent.harness[0] ?? lane.harness
  refuseBroken(tx, harness)
  const abilities = tx.around.abilities(harness)
  if (abilities === undefined) throw new AppError('not_found', `${name} runs on ${harness}, which is not known here.`)
  const handle = handleFor(childrenOf(tx.state, session), name)
  const child = tx.around.ids.next('ses')
  const pinned: PinnedAgent = { name, hash: hashAgent(agent), spec: plainJson(agent) }
  const chosen = model ?? modelFor(agent, harness)
  const profile = agent.sandbox.profile ?? lane.sandbox
  const by = { kind: 'agent', id: lane.agent.name } as const
  tx.emit(child, 'session.created', {
    agent: pinned, harness, parent: session, title, workspace: lane.workspace,
    ...(chosen === undefined ? {} : { model: chosen }), ...(agent.effort === undefined ? {} : { effort: agent.effort }), ...(profile === undefined ? {} : { sandbox: profile }),
  }, { by })
  requirePlanes(tx.state.policy.inForce(child), harness, abilities, tx.lane(child))
  tx.emit(session, 'child.spawned', { child, handle, agent: name, title }, { by })
  startTurn(tx.from({ by }), child, { text: task }, [])
  return { text: `${handle} is started. It works beside you: wait for it, or go on.` }
}

/** Over the whole tree, as its root's file says. @throws {AppError} 'conflict' */
function keepToLimits(tx: Transaction, lane: Lane): void {
  const { depth = defaultLimits.depth, children = defaultLimits.children } = specOf(rootOf(tx.state, lane).agent)?.limits ?? defaultLimits
  if (depthOf(tx.state, lane.session) + 1 > depth) throw new AppError('conflict', `Sub-agents may be ${depth} deep, and this would be one more. Do it yourself.`)
  const live = Object.values(tx.state.lanes).filter(isLive).length
  if (live >= children) throw new AppError('conflict', `${live} sub-agents are at work, as many as may be. Wait for one of them.`)
}

/** No two sessions write in one work folder. @throws {AppError} 'unsupported' */
function keepApart({ name, tools, workspace }: AgentSpec): void {
  if (workspace.mode === 'here' && !tools.some((tool) => tool === 'edit' || tool === 'shell')) return
  throw new AppError('unsupported', `${name} writes files, for which it needs a worktree of its own, and this version does not make those yet. A sub-agent with "tools: [read]" and "workspace: {mode: here}" can be started.`)
}

/** A program that could not start is not tried again: who has to mend it is a person. @throws {AppError} 'unavailable' */
function refuseBroken(tx: Transaction, harness: string): void {
  const last = Object.values(tx.state.lanes).findLast((lane) => lane.parent !== undefined && lane.harness === harness && lane.rest !== undefined)
  if (last?.rest?.outcome !== 'failed' || last.rest.started) return
  throw new AppError('unavailable', `${harness} could not start before: ${last.rest.reason ?? 'it did not say why'}. Tell the person, and use another agent.`)
}

function modelFor({ model }: AgentSpec, harness: string): string | undefined {
  return typeof model === 'object' ? model[harness] : model
}

/** `helper`, then `helper-2`, `helper-3`. */
function handleFor(children: readonly Lane[], name: string): string {
  const taken = new Set(children.map(({ handle }) => handle))
  const at = Array.from({ length: children.length + 1 }, (_, index) => index + 1).find((number) => !taken.has(number === 1 ? name : `${name}-${number}`)) ?? 1
  return at === 1 ? name : `${name}-${at}`
}
