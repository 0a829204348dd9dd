import type { SessionStore } from '../spec/ports/session-store.ts'
import type { SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import { buildHistory } from './history.ts'
import type { Lane, TreeState } from './state/tree-state.ts'
import type { HostOrder } from './transaction.ts'

/**
 * Every order whose effect the log does not show yet, for turns on this host and epoch. Sent after each (re)connect;
 * orders are idempotent by what they name, so sending one twice is harmless.
 */
export function openOrders(state: TreeState, host: { readonly id: string; readonly epoch: string }): HostOrder['message'][] {
  return Object.values(state.lanes).flatMap((lane) => (lane.turn?.host.epoch === host.epoch ? laneOrders(lane, lane.turn) : []))
}

function laneOrders(lane: Lane, running: NonNullable<Lane['turn']>): HostOrder['message'][] {
  const { session } = lane
  const { turn } = running
  const orders: HostOrder['message'][] = [{ type: 'turn.run', session }]
  for (const { steer, text } of running.steers) orders.push({ type: 'turn.steer', session, turn, steer, text })
  for (const call of Object.values(lane.calls)) {
    if (call.gated && call.state === 'released') orders.push({ type: 'call.verdict', session, call: call.call, verdict: { type: 'allow' } })
  }
  for (const { call, reason } of running.refusals) orders.push({ type: 'call.verdict', session, call, verdict: { type: 'deny', reason } })
  if (running.stopping) orders.push({ type: 'turn.interrupt', session, turn })
  return orders
}

/** Builds the order that runs the lane's turn; undefined when that turn is over already. */
export async function runOrder(state: TreeState, session: string, store: SessionStore): Promise<ToHost | undefined> {
  const lane = state.lanes[session]
  if (lane?.turn === undefined) return undefined
  const { turn, text } = lane.turn
  const resume = lane.resume?.harness === lane.harness ? lane.resume.token : undefined
  const history = lane.startedTurns > 1 && resume === undefined ? await buildHistory(store, session, turn) : undefined
  return { type: 'turn.run', turn, text, setup: setupOf(state.tree, lane, { resume, history }) }
}

function setupOf(tree: string, lane: Lane, conversation: { resume: string | undefined; history: string | undefined }): SessionSetup {
  const { spec } = lane.agent
  const effort = typeof spec['effort'] === 'string' ? { effort: spec['effort'] } : {}
  return {
    session: lane.session, tree, harness: lane.harness, ...(lane.model === undefined ? {} : { model: lane.model }), ...effort,
    workspace: { mode: lane.workspace.mode === 'temp' ? 'temp' : 'here', path: lane.workspace.path },
    instructions: typeof spec['prompt'] === 'string' ? spec['prompt'] : '',
    tools: stringsOf(spec['tools']), env: envOf(spec['env']), generation: lane.generation,
    ...(conversation.resume === undefined ? {} : { resume: conversation.resume }),
    ...(conversation.history === undefined ? {} : { history: conversation.history }),
  }
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : ['read', 'edit', 'shell', 'web']
}

function envOf(value: unknown): SessionSetup['env'] {
  const { pass, set } = (typeof value === 'object' && value !== null ? value : {}) as { pass?: unknown; set?: unknown } // Both read with care below.
  const fixed = typeof set === 'object' && set !== null ? Object.entries(set) : []
  return { pass: Array.isArray(pass) ? stringsOf(pass) : [], set: Object.fromEntries(fixed.filter((entry): entry is [string, string] => typeof entry[1] === 'string')) }
}
