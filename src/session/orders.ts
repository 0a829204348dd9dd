import { own } from '../base/own.ts'
import type { BoxCeiling } from '../spec/agent/box-ceiling.ts'
import type { Attachment } from '../spec/attachment.ts'
import type { BlobStore, SessionStore } from '../spec/ports/session-store.ts'
import type { SentFile, SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import { omniToolsOf } from '../spec/tools/omni-tools.ts'
import { buildHistory, type History } from './history.ts'
import { envOf, sandboxOf, secretsOf, skillsOf, toolNamesOf, trustedParts } from './read-spec.ts'
import type { Lane, OpenCall, Refusal, TreeState } from './state/tree-state.ts'
import { rootOf } from './tools/family.ts'
import { waitsToStart } from './state/turn-call.ts'
import type { HostOrder } from './transaction.ts'

/**
 * Every order whose effect the log does not show yet, for turns on this host and epoch. Sent after each (re)connect;
 * orders are idempotent by what they name, so sending one twice is harmless. No program starts that nobody trusts here.
 */
export function openOrders(state: TreeState, host: { readonly id: string; readonly epoch: string }, trusts: (lane: Lane) => boolean): HostOrder['message'][] {
  return Object.values(state.lanes).flatMap((lane) => [...restoreOrders(state.tree, lane, host.id), ...modelOrders(lane, host.epoch), ...turnOrders(lane, host, trusts)])
}

/** Calls under way: their host may not have heard that they may go. */
const modelOrders = ({ session, reservations }: Lane, epoch: string): HostOrder['message'][] =>
  Object.entries(reservations).filter(([, open]) => open.host?.epoch === epoch).map(([call]) => ({ type: 'model.verdict', session, call, verdict: { type: 'allow' } }))

function turnOrders(lane: Lane, host: { readonly epoch: string }, trusts: (lane: Lane) => boolean): HostOrder['message'][] {
  if (lane.turn !== undefined) return lane.turn.host.epoch === host.epoch ? laneOrders(lane, lane.turn) : []
  return lane.switching === undefined || !trusts(lane) ? [] : [{ type: 'switch.run', session: lane.session }]
}

/** Files that are to go to another state on this machine, whatever has become of the turn. */
export function restoreOrders(tree: string, { session, restores }: Pick<Lane, 'session' | 'restores'>, host: string): Extract<ToHost, { type: 'files.restore' }>[] {
  return Object.values(restores).filter((each) => each.host === host).map(({ restore, workspace, paths }) => ({
    type: 'files.restore', session, tree, restore, workspace, paths: paths.map(({ path, to, left }) => ({ path, to, left })),
  }))
}

function laneOrders(lane: Lane, running: NonNullable<Lane['turn']>): HostOrder['message'][] {
  const { session } = lane
  const { turn } = running
  // Its program has not been told of it yet.
  if (waitsToStart(lane)) return []
  const orders: HostOrder['message'][] = [{ type: 'turn.run', session }]
  for (const { steer, text, note } of running.steers) orders.push({ type: 'turn.steer', session, turn, steer, text, ...(note === undefined ? {} : { note }) })
  for (const call of Object.values(lane.calls)) {
    if (call.gated && call.state === 'released') orders.push({ type: 'call.verdict', session, call: call.call, verdict: { type: 'allow' } })
  }
  for (const { request, secrets } of running.letOut) orders.push({ type: 'net.verdict', session, request, verdict: { type: 'allow', secrets: [...secrets] } })
  for (const answer of running.answers) orders.push({ type: 'omni.answer', session, ...answer })
  for (const refusal of running.refusals) orders.push(refusalOrder(session, refusal))
  if (running.stopping) orders.push({ type: 'turn.interrupt', session, turn })
  return orders
}

/** The no that whoever waits for this call is told. */
export function refusalOrder(session: string, { call, gates, reason }: Omit<Refusal, 'gates'> & Pick<OpenCall, 'gates'>): Extract<ToHost, { type: 'call.verdict' | 'model.verdict' | 'net.verdict' | 'omni.answer' }> {
  if (gates === 'net') return { type: 'net.verdict', session, request: call, verdict: { type: 'deny', rule: 'policy', message: reason } }
  if (gates === 'omni') return { type: 'omni.answer', session, request: call, text: reason, failed: true }
  return { type: gates === 'model' ? 'model.verdict' : 'call.verdict', session, call, verdict: { type: 'deny', reason } }
}

interface Stores {
  readonly sessions: SessionStore
  readonly blobs: BlobStore
  /** The conversation that the lane's program starts as a branch of, where it can and the other session has not gone on since. */
  branch(lane: Lane): Promise<SessionSetup['forkOf']>
  /** The most that the server lets a session have. */
  ceiling(): BoxCeiling | undefined
  /** SHA-256 of the project's own parts that a person trusted for the session. */
  trustedProject(session: string): string | undefined
}

/** Builds the order that runs the lane's turn; undefined when that turn is over already. */
export async function runOrder(state: TreeState, session: string, stores: Stores): Promise<ToHost | undefined> {
  const lane = own(state.lanes, session)
  if (lane?.turn === undefined) return undefined
  const { turn, text, notes, attachments } = lane.turn
  const { setup } = await setupOf(state, lane, stores)
  return { type: 'turn.run', turn, text, ...(notes.length === 0 ? {} : { notes: [...notes] }), files: await filesOf(attachments, stores.blobs), setup }
}

/** Builds the order that makes the lane's switch; undefined when it is made, replaced or has to wait. */
export async function switchOrder(state: TreeState, session: string, stores: Stores): Promise<ToHost | undefined> {
  const lane = own(state.lanes, session)
  if (lane?.switching === undefined || lane.turn !== undefined) return undefined
  const { id, harness, model, effort } = lane.switching
  const { model: _before, effort: _old, ...rest } = lane
  const { setup, lost } = await setupOf(state, { ...rest, harness, ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }) }, stores)
  return { type: 'switch.run', switch: id, setup, lost: [...lost] }
}

async function setupOf(state: TreeState, lane: Lane, stores: Stores): Promise<{ setup: SessionSetup; lost: readonly string[] }> {
  const { spec } = lane.agent
  const resume = own(lane.memories, lane.harness)?.token
  const forkOf = await stores.branch(lane)
  const { parts, lost } = await untold(state, lane, stores, forkOf !== undefined)
  const setup: SessionSetup = {
    session: lane.session, tree: state.tree, harness: lane.harness, ...(lane.model === undefined ? {} : { model: lane.model }), ...(lane.effort === undefined ? {} : { effort: lane.effort }), mode: lane.mode, skills: skillsOf(spec['skills']),
    workspace: { mode: lane.workspace.mode, path: lane.worktree?.repository ?? lane.workspace.path, ...(lane.title === undefined ? {} : { title: lane.title }) },
    instructions: typeof spec['prompt'] === 'string' ? spec['prompt'] : '',
    tools: toolNamesOf(spec['tools']), ...omniOf(toolNamesOf(spec['tools'])), env: envOf(spec['env'], spec['sandbox']), sandbox: sandboxOf(lane.sandbox, spec['sandbox']), ...secretsOf(spec['secrets']), ...trustedParts(spec), ...boxCeilingOf(stores), ...projectOf(stores, rootOf(state, lane).session), generation: lane.generation,
    ...(resume === undefined ? {} : { resume }), ...(forkOf === undefined ? {} : { forkOf }),
    ...(parts.length === 0 ? {} : { history: [...parts] }),
  }
  return { setup, lost }
}

/** What the lane's program does not know by itself. */
async function untold(state: TreeState, lane: Lane, stores: Stores, branches: boolean): Promise<History> {
  const memory = own(lane.memories, lane.harness)
  const after = memory?.token === undefined && !branches ? 0 : (memory?.seq ?? 0)
  if (lane.lastEnd === undefined || after >= lane.lastEnd.seq) return { parts: [], lost: [] }
  const plan = own(state.views, lane.session)?.plan ?? []
  return buildHistory(stores, { session: lane.session, after, plan, ...(lane.turn === undefined ? {} : { except: lane.turn.turn }) })
}

/** A file that was erased meanwhile is named, so that the program does not look for it. */
async function filesOf(attachments: readonly Attachment[], blobs: BlobStore): Promise<SentFile[]> {
  const files = await Promise.all(attachments.map(async ({ blob, name, mediaType }) => ({ name, mediaType, bytes: await blobs.get(blob) })))
  return files.map(({ name, mediaType, bytes }) => (bytes === undefined ? { name: `${name} (erased)`, mediaType: 'application/octet-stream', data: '' } : { name, mediaType, data: Buffer.from(bytes).toString('base64') }))
}

function omniOf(capabilities: readonly string[]): Pick<SessionSetup, 'omni'> {
  const omni = omniToolsOf(capabilities)
  return omni.length === 0 ? {} : { omni: [...omni] }
}

function boxCeilingOf(stores: Stores): Pick<SessionSetup, 'ceiling'> {
  const ceiling = stores.ceiling()
  return ceiling === undefined ? {} : { ceiling }
}

function projectOf(stores: Stores, session: string): Pick<SessionSetup, 'project'> {
  const project = stores.trustedProject(session)
  return project === undefined ? {} : { project }
}
