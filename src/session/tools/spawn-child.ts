import { plainJson } from '../../base/plain-json.ts'
import { AppError } from '../../spec/app-error.ts'
import { type AgentSpec, defaultLimits } from '../../spec/agent/agent-spec.ts'
import { writesCode } from '../../spec/agent/resolve-agent.ts'
import { hashAgent } from '../../spec/agent/load-agent.ts'
import type { PinnedAgent } from '../../spec/events/session-data.ts'
import { startTurn } from '../commands/turn-commands.ts'
import { specOf } from '../read-spec.ts'
import { requirePlanes } from '../required-policies.ts'
import type { Lane } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'
import { startable } from './call-omni.ts'
import { childrenOf, depthOf, isLive, rootOf } from './family.ts'

export interface WantedChild {
  /** Name of a declared sub-agent. */
  readonly agent: string
  readonly task: string
  readonly title: string
  readonly model?: string | undefined
  /** What it is a head of. */
  readonly debate?: string
}

export interface SpawnedChild {
  readonly child: string
  readonly handle: string
}

/** Starts sessions of declared sub-agents in the same tree, each on its own prompt: all of them, or none. @throws {AppError} what is to be said to the agent */
export function spawnChildren(tx: Transaction, session: string, wanted: readonly WantedChild[]): readonly SpawnedChild[] {
  const lane = tx.lane(session)
  const checked = wanted.map((each) => ({ ...each, ...startOf(tx, lane, each) }))
  keepToLimits(tx, lane, wanted.length)
  return checked.map((each) => spawn(tx, lane, each))
}

type Start = ReturnType<typeof startOf>

/** What it would be started as. */
function startOf(tx: Transaction, lane: Lane, { agent: name, model }: WantedChild) {
  const spec = startable(tx, lane.session).get(name)
  if (spec === undefined) throw new AppError('not_found', `There is no sub-agent ${name}. You can start: ${[...startable(tx, lane.session).keys()].join(', ') || 'none'}.`)
  keepApart(spec)
  const harness = spec.harness[0] ?? lane.harness
  refuseBroken(tx, harness)
  const abilities = tx.around.abilities(harness)
  if (abilities === undefined) throw new AppError('not_found', `${name} runs on ${harness}, which is not known here.`)
  return { spec, harness, abilities, chosen: model ?? (typeof spec.model === 'object' ? spec.model[harness] : spec.model) }
}

function spawn(tx: Transaction, { session, agent, sandbox, workspace }: Lane, { agent: name, task, title, debate, spec, harness, abilities, chosen }: WantedChild & Start): SpawnedChild {
  const by = { kind: 'agent', id: agent.name } as const
  const handle = freeHandle(childrenOf(tx.state, session), name)
  const child = tx.around.ids.next('ses')
  const pinned: PinnedAgent = { name, hash: hashAgent(spec), spec: plainJson(spec) }
  const profile = spec.sandbox.profile ?? sandbox
  tx.emit(child, 'session.created', {
    agent: pinned, harness, parent: session, title, workspace: spec.workspace.mode === 'here' ? workspace : { mode: spec.workspace.mode, path: spec.workspace.mode === 'temp' ? '' : workspace.path },
    ...(chosen === undefined ? {} : { model: chosen }), ...(spec.effort === undefined ? {} : { effort: spec.effort }), ...(profile === undefined ? {} : { sandbox: profile }),
  }, { by })
  requirePlanes(tx.state.policy.inForce(child), harness, abilities, tx.lane(child))
  tx.emit(session, 'child.spawned', { child, handle, agent: name, title, ...(debate === undefined ? {} : { debate }) }, { by })
  startTurn(tx.from({ by }), child, { text: task }, [])
  return { child, handle }
}

/** Over the whole tree, as its root's file says. @throws {AppError} 'conflict' */
function keepToLimits(tx: Transaction, lane: Lane, more: number): void {
  const { depth = defaultLimits.depth, children = defaultLimits.children } = specOf(rootOf(tx.state, lane).agent)?.limits ?? defaultLimits
  if (depthOf(tx.state, lane.session) + 1 > depth) throw new AppError('conflict', `Sub-agents may be ${depth} deep, and this would be one more. Do it yourself.`)
  const live = Object.values(tx.state.lanes).filter(isLive).length
  if (live + more > children) throw new AppError('conflict', `${live} sub-agents are at work, and ${children} may be. Wait for one of them.`)
}

/** No two sessions write in one work folder. @throws {AppError} 'unsupported' */
function keepApart({ name, tools, workspace }: AgentSpec): void {
  if (workspace.mode !== 'here' || !writesCode(tools)) return
  throw new AppError('unsupported', `${name} would write in the folder that you work in. Its file has to say "workspace: {mode: worktree}", or "tools: [read]".`)
}

/** A program that could not start is not tried again: who has to mend it is a person. @throws {AppError} 'unavailable' */
function refuseBroken(tx: Transaction, harness: string): void {
  const last = Object.values(tx.state.lanes).findLast((lane) => lane.parent !== undefined && lane.harness === harness && lane.rest !== undefined)
  if (last?.rest?.outcome !== 'failed' || last.rest.started) return
  throw new AppError('unavailable', `${harness} could not start before: ${last.rest.reason ?? 'it did not say why'}. Tell the person, and use another agent.`)
}

/** `helper`, then `helper-2`, `helper-3`. */
export function freeHandle(taken: readonly { readonly handle?: string }[], name: string): string {
  const known = new Set(taken.map(({ handle }) => handle))
  const numbers = Array.from({ length: taken.length + 1 }, (_, index) => index + 1)
  const free = numbers.find((number) => !known.has(number === 1 ? name : `${name}-${number}`)) ?? 1
  return free === 1 ? name : `${name}-${free}`
}
