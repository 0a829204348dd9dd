import { own } from '../../base/own.ts'
import type { Envelope } from '../../spec/events/envelope.ts'
import type { StoredText } from '../../spec/stored-text.ts'
import { blocksDecisions, type EventData, readEvent, type SessionEvent } from '../../spec/events/session-event.ts'
import type { CommandResult } from '../../spec/commands.ts'
import { applyEvent, emptyView, movedBefore } from '../../spec/view/apply-event.ts'
import { moneyReserved } from '../../spec/money/money-sums.ts'
import { foldItems, type ItemChange } from '../../spec/view/fold-items.ts'
import { applyToFiles, tellLater, withoutAside } from './fold-files.ts'
import type { Lane, TreeState } from './tree-state.ts'
import { foldMoney } from './tree-money.ts'

/** Folds one stored event into the tree's state, in place. Returns what it changes in the transcript. */
export function foldTree(state: TreeState, stored: Envelope): ItemChange {
  const event = readEvent(stored)
  state.seq = stored.seq
  state.hash = stored.hash
  state.at = stored.at
  if (event.src !== undefined) state.facts.set(`${event.src.host}/${event.src.epoch}`, event.src.n)
  if (typeof event.cause === 'string') state.commands.set(event.cause, resultOf(state.commands.get(event.cause), event))
  if (event.type === 'money.settled') state.settled.add(`${event.session}/${event.data.step}`)
  if (blocksDecisions(event)) state.blockedBy ??= `${stored.type} (version ${stored.v}, event ${stored.seq})`
  if (event.type === 'policy.changed' && event.data.level === 'server') state.serverPolicies = event.data.hash
  state.policy.advance(event)
  state.money = foldMoney(state, event)
  foldView(state, event)
  foldLane(state, event)
  const change = foldItems(state.items, event)
  state.items = change.fold
  return change
}

/** The answer of a command is itself a fold of the events it caused. */
function resultOf(before: CommandResult | undefined, event: SessionEvent): CommandResult {
  const result: CommandResult = { ...before, seq: event.seq }
  switch (event.type) {
    case 'queue.added': return { ...result, prompt: event.data.prompt, landing: 'queued' }
    // A prompt that lets a held queue go on may start another than itself: its own answer stays "queued".
    case 'turn.started': {
      if (before?.prompt !== undefined && before.prompt !== event.data.prompt) return result
      return { ...result, prompt: event.data.prompt, landing: 'running', ...turnOf(event) }
    }
    case 'turn.steered': return { ...result, landing: event.data.landing, ...turnOf(event) }
    default: return result
  }
}

const effortOf = (effort: unknown) => (typeof effort === 'string' ? { effort } : {})
const turnOf = (event: SessionEvent) => (event.turn === undefined ? {} : { turn: event.turn })

function foldView(state: TreeState, event: SessionEvent): void {
  const from = event.type === 'session.forked' ? event.data.from.session : event.session
  const view = own(state.views, from) ?? emptyView(state.tree, from)
  state.views[event.session] = applyEvent(view, event)
}

function foldLane(state: TreeState, event: SessionEvent): void {
  if (event.type === 'session.created') {
    state.lanes[event.session] = newLane(event.session, event.data)
    return
  }
  if (event.type === 'session.forked') {
    const source = own(state.lanes, event.data.from.session)
    state.lanes[event.session] = forkedLane(event.session, event.data, source)
    return
  }
  const lane = own(state.lanes, event.session)
  if (lane !== undefined) state.lanes[event.session] = applyToLane(lane, event)
  foldChild(state, event)
}

function withDebate(lane: Lane, { type, data }: Extract<SessionEvent, { type: 'debate.advanced' | 'debate.ended' }>): Lane {
  const debate = own(lane.debates, data.debate)
  if (debate === undefined) return lane
  const heads = debate.heads.map((head, index) => (data.words[index]?.type === 'failed' ? { ...head, failed: true as const } : head))
  return { ...lane, debates: { ...lane.debates, [debate.debate]: { ...debate, heads, round: data.round, ...(type === 'debate.ended' ? { over: true } : {}) } } }
}

/** What happens in its parent's lane and says something of the child. */
function foldChild(state: TreeState, event: SessionEvent): void {
  const child = event.type === 'child.spawned' || event.type === 'inbox.posted' ? own(state.lanes, event.data.child) : undefined
  if (event.type === 'debate.advanced' || event.type === 'debate.ended') {
    for (const head of own(own(state.lanes, event.session)?.debates ?? {}, event.data.debate)?.heads ?? []) markReported(state, own(state.lanes, head.child))
  }
  if (child === undefined) return
  if (event.type === 'child.spawned') state.lanes[child.session] = { ...child, handle: event.data.handle, title: event.data.title }
  if (event.type === 'inbox.posted') markReported(state, child)
}

/** Its parent knows how its last turn ended. */
function markReported(state: TreeState, child: Lane | undefined): void {
  if (child?.rest !== undefined) state.lanes[child.session] = { ...child, reported: child.rest.turn }
}

function newLane(session: string, data: EventData<'session.created'>): Lane {
  return {
    session, agent: data.agent, harness: data.harness, ...(data.model === undefined ? {} : { model: data.model }), ...effortOf(data.effort ?? data.agent.spec['effort']), ...(data.sandbox === undefined ? {} : { sandbox: data.sandbox }),
    mode: 'default', workspace: data.workspace, archived: false, queue: [], held: false, inbox: [], told: [], debates: {}, ...parentOf(data), calls: {}, reservations: {}, asks: {}, memories: {}, generation: 0, startedTurns: 0, restores: {}, aside: {}, notes: [], ends: {},
  }
}

const parentOf = (data: EventData<'session.created'> | EventData<'session.forked'>): Pick<Lane, 'parent'> => ('parent' in data && data.parent !== undefined ? { parent: data.parent } : {})

/** Conversation and its turn ends carry over; queue, approvals, open calls and the program's own conversation do not. */
function forkedLane(session: string, data: EventData<'session.forked'>, source: Lane | undefined): Lane {
  const lane = newLane(session, data)
  if (source === undefined) return lane
  const kept = source.lastEnd === undefined ? {} : { lastEnd: source.lastEnd }
  return { ...lane, mode: source.mode, generation: source.generation + 1, startedTurns: source.startedTurns, ends: source.ends, memories: branchable(source, data), ...kept }
}

/** It ends as a turn does: there the session can be forked, and gone back to. */
function imported(lane: Lane, { harness, resume }: EventData<'conversation.imported'>, seq: number): Lane {
  const end = { turn: 'imported', seq }
  return { ...lane, memories: { ...lane.memories, [harness]: { token: resume, seq } }, ends: { ...lane.ends, [end.turn]: seq }, lastEnd: end }
}

/** What the source's program knows is what the branch of its conversation knows. */
function branchable({ memories, lastEnd }: Lane, { harness, from }: EventData<'session.forked'>): Lane['memories'] {
  const memory = own(memories, harness)
  if (memory?.token === undefined || lastEnd === undefined || memory.seq < lastEnd.seq) return {}
  return { [harness]: { seq: memory.seq, branchOf: { session: from.session, token: memory.token } } }
}

/** More are not under way at once: see the gateway's limits. */
const maxLetOut = 512

function applyToLane(lane: Lane, event: SessionEvent): Lane {
  switch (event.type) {
    case 'session.archived': return { ...lane, archived: event.data.archived }
    case 'session.rewound': return rewind(lane, event.data.to)
    case 'conversation.imported': return imported(lane, event.data, event.seq)
    case 'queue.added': {
      const { prompt, text, attachments } = event.data
      return { ...lane, held: false, queue: [...lane.queue, { prompt, text, ...(attachments === undefined ? {} : { attachments }), by: event.by }] }
    }
    case 'queue.changed': {
      const { prompt, text } = event.data
      return { ...lane, queue: lane.queue.map((entry) => (entry.prompt === prompt ? { ...entry, text } : entry)) }
    }
    case 'queue.moved': return { ...lane, queue: movedBefore(lane.queue, event.data.prompt, event.data.before) }
    case 'queue.removed': return { ...lane, queue: lane.queue.filter((entry) => entry.prompt !== event.data.prompt) }
    case 'queue.resumed': return { ...lane, held: false }
    case 'turn.started': return startTurn(lane, { turn: event.turn ?? '', startSeq: event.seq }, event.data)
    case 'turn.steered':
      return withTurn(lane, (turn) => ({ steers: [...turn.steers, { steer: event.data.steer, text: event.data.text }] }))
    case 'interrupt.requested': return withTurn(lane, () => ({ stopping: true }))
    case 'turn.ended': return { ...endTurn(lane, event.turn ?? '', event.seq, event.data.outcome !== 'completed'), rest: restOf(lane, event) }
    case 'harness.started': return event.data.resume === undefined ? lane : withToken(lane, event.data.harness, event.data.resume)
    case 'harness.forgot': {
      const { [event.data.harness]: _lost, ...memories } = lane.memories
      return { ...lane, memories }
    }
    case 'switch.requested': {
      const { harness, model, effort } = event.data
      return { ...lane, switching: { id: String(event.seq), harness, ...(model === undefined ? {} : { model }), ...effortOf(effort) } }
    }
    case 'switch.failed': return withoutSwitching(lane)
    case 'harness.switched': {
      const { model: _before, effort: _old, metered: _seen, ...rest } = withoutSwitching(lane)
      const { harness, model, effort } = event.data
      return { ...rest, harness, ...(model === undefined ? {} : { model }), ...effortOf(effort) }
    }
    case 'mode.changed': return { ...lane, mode: event.data.mode }
    case 'step.started': return heard(lane)
    case 'message.completed': return { ...heard(lane), said: event.data.text }
    case 'worktree.made': return { ...lane, workspace: { mode: 'worktree', path: event.data.path }, worktree: { repository: event.data.repository, branch: event.data.branch } }
    case 'worktree.collected': return lane.worktree === undefined ? lane : { ...lane, worktree: { ...lane.worktree, work: event.data.result } }
    case 'inbox.posted': return { ...lane, inbox: [...lane.inbox, event.data] }
    case 'debate.started': return { ...lane, debates: { ...lane.debates, [event.data.debate]: { ...event.data, round: 0 } } }
    case 'debate.advanced': case 'debate.ended': return withDebate(lane, event)
    case 'inbox.delivered': return delivered(lane, event.data)
    case 'inbox.returned': return { ...lane, inbox: [...(lane.told.find(({ request }) => request === event.data.request)?.entries ?? []), ...lane.inbox], told: lane.told.filter(({ request }) => request !== event.data.request) }
    case 'money.reserved': return { ...reserved(lane, event.data, event.src), metered: true }
    case 'money.released': return withoutReservation(lane, event.data.reservation)
    case 'money.settled': return settled(event.data.reservation === undefined ? lane : withoutReservation(lane, event.data.reservation), event)
    case 'net.decided': return event.data.verdict === 'denied' || event.data.by !== 'policy' ? lane : withTurn(lane, (turn) => ({ letOut: [...turn.letOut, { request: event.data.request, secrets: event.data.secrets ?? [] }].slice(-maxLetOut) }))
    case 'notice.given': return event.data.tell === undefined ? lane : tellLater(lane, event.data.tell, event.data.text)
    case 'box.attested': case 'checkpoint.made': case 'checkpoint.failed': case 'restore.requested': case 'checkpoint.restored': return applyToFiles(lane, event)
    default: return applyToCalls(lane, event)
  }
}

/** A host that comes back asks for no older ones. */
const maxAnswers = 64

function restOf({ turn }: Lane, { turn: ended = '', data }: Extract<SessionEvent, { type: 'turn.ended' }>): NonNullable<Lane['rest']> {
  return { turn: ended, outcome: data.outcome, started: turn?.heard === true, ...(data.reason === undefined ? {} : { reason: data.reason }) }
}

const maxTold = 16

function delivered(lane: Lane, { entries, request }: EventData<'inbox.delivered'>): Lane {
  const told = lane.inbox.filter(({ entry }) => entries.includes(entry))
  return { ...lane, inbox: lane.inbox.filter((each) => !told.includes(each)), told: request === undefined ? lane.told : [...lane.told, { request, entries: told }].slice(-maxTold) }
}

const textOf = (stored: StoredText): string => ('text' in stored ? stored.text : stored.head)

function settled(lane: Lane, { turn, data }: Extract<SessionEvent, { type: 'money.settled' }>): Lane {
  const before = lane.settledSince?.turn === turn ? (lane.settledSince?.microUsd ?? 0) : 0
  return { ...lane, settledSince: { turn, microUsd: data.usage.reportedSinceMicroUsd === undefined ? before + (data.microUsd ?? 0) : 0 } }
}

function reserved(lane: Lane, data: EventData<'money.reserved'>, src: Envelope['src']): Lane {
  const { reservation, model, billing } = data
  const open = { model, money: moneyReserved(data), ...(billing === undefined ? {} : { billing }), ...(src === undefined ? {} : { host: { id: src.host, epoch: src.epoch } }) }
  return { ...lane, reservations: { ...lane.reservations, [reservation]: open } }
}

function withoutReservation(lane: Lane, id: string): Lane {
  const { [id]: _closed, ...reservations } = lane.reservations
  return { ...lane, reservations }
}

function applyToCalls(lane: Lane, event: SessionEvent): Lane {
  switch (event.type) {
    case 'tool.proposed': {
      const { call, tool, title, gated, gates, about, actions, inject } = event.data
      const more = { ...(gates === undefined ? {} : { gates }), ...(gates === 'omni' ? { input: 'text' in event.data.input ? event.data.input.text : '' } : {}), ...(gates === 'model' || gates === 'net' ? { actions } : {}), ...(inject === undefined ? {} : { inject }), ...(about === undefined ? {} : { about }) }
      return { ...(gates === 'turn' || about !== undefined ? lane : heard(lane)), calls: { ...lane.calls, [call]: { call, tool, title, gated, ...more, digest: '', state: 'proposed' } } }
    }
    case 'policy.decided': return withCall(lane, event.data.call, { digest: event.data.digest, state: event.data.wait === true ? 'waiting' : 'proposed' })
    case 'approval.requested': {
      const { approval, call, digest, rules, offers = [], expiresAt } = event.data
      return { ...withCall(lane, call, { state: 'asking', approval }), asks: { ...lane.asks, [approval]: { call, digest, rules, offers, ...(expiresAt === undefined ? {} : { expiresAt }) } } }
    }
    case 'approval.answered': case 'approval.expired': {
      const ask = own(lane.asks, event.data.approval)
      const { [event.data.approval]: _closed, ...asks } = lane.asks
      const approved = event.type === 'approval.answered' && event.data.answer === 'allow' ? { approved: { approval: event.data.approval, rules: ask?.rules.map(({ rule }) => rule) ?? [] } } : {}
      return ask === undefined ? lane : { ...withCall(lane, ask.call, { state: 'proposed', ...approved }), asks }
    }
    case 'tool.released': return withCall(lane, event.data.call, { state: 'released' })
    case 'tool.completed': return completeCall(lane, event.data)
    default: return lane
  }
}

function completeCall(lane: Lane, data: EventData<'tool.completed'>): Lane {
  const call = own(lane.calls, data.call)
  if (call === undefined) return lane
  const { [data.call]: _closed, ...calls } = lane.calls
  if (call.about !== undefined) return { ...withoutAside(lane, data.call), calls }
  if (data.outcome === 'unknown') return withCall(lane, data.call, { state: 'unknown' })
  const closed = { ...lane, calls }
  if (call.gates === 'omni') return withTurn(closed, (turn) => ({ answers: [...turn.answers, { request: data.call, text: textOf(data.output), failed: data.outcome !== 'ok' }].slice(-maxAnswers) }))
  // Refused before it ran: the program still waits for the answer until the host has passed it on.
  if (data.outcome !== 'denied' || call.state === 'released') return closed
  const reason = textOf(data.output)
  return withTurn(closed, (turn) => ({ refusals: [...turn.refusals, { call: data.call, ...(call.gates === 'model' || call.gates === 'net' ? { gates: call.gates } : {}), reason }] }))
}

function startTurn(lane: Lane, place: { turn: string; startSeq: number }, data: EventData<'turn.started'>): Lane {
  const { prompt, text, attachments = [], host, harness } = data
  const { said: _before, ...rest } = lane
  return {
    ...rest, harness, held: false, queue: lane.queue.filter((entry) => entry.prompt !== prompt), startedTurns: lane.startedTurns + 1,
    turn: { ...place, prompt, text, attachments, host, stopping: false, steers: [], notes: lane.notes, refusals: [], letOut: [], answers: [], heard: false }, notes: [],
  }
}

function endTurn(lane: Lane, turn: string, seq: number, hold: boolean): Lane {
  const { turn: ended, ...rest } = lane
  const { branchOf: _made, ...known } = own(lane.memories, lane.harness) ?? {}
  const memories = ended?.heard === true ? { ...lane.memories, [lane.harness]: { ...known, seq } } : lane.memories
  return { ...rest, memories, held: hold && lane.queue.length > 0, ends: { ...lane.ends, [turn]: seq }, lastEnd: { turn, seq } }
}

/**
 * A token that comes when its program has just been started, for a switch or a turn it has not heard yet, is of a new
 * conversation. Any other is what a known one goes on under: programs write their record late, some rename it.
 */
function withToken(lane: Lane, harness: string, token: string): Lane {
  const known = own(lane.memories, harness)
  const isNew = lane.turn === undefined ? lane.switching?.harness === harness : !lane.turn.heard
  // The token of a branch is its own, and it knows what its source knew.
  const goesOn = known !== undefined && (known.branchOf !== undefined || known.token === token || !isNew)
  const seq = goesOn ? known.seq : 0
  return { ...lane, memories: { ...lane.memories, [harness]: { token, seq } } }
}

function heard(lane: Lane): Lane {
  return lane.turn === undefined || lane.turn.heard ? lane : { ...lane, turn: { ...lane.turn, heard: true } }
}

function withoutSwitching({ switching: _made, ...rest }: Lane): Lane {
  return rest
}

function rewind(lane: Lane, to: number): Lane {
  const { lastEnd: _last, ...rest } = lane
  const ends = Object.entries(lane.ends).filter(([, seq]) => seq <= to)
  const last = ends.at(-1)
  return {
    ...rest, memories: {}, ends: Object.fromEntries(ends), generation: lane.generation + 1,
    ...(last === undefined ? {} : { lastEnd: { turn: last[0], seq: last[1] } }),
  }
}

function withTurn(lane: Lane, change: (turn: NonNullable<Lane['turn']>) => Partial<NonNullable<Lane['turn']>>): Lane {
  return lane.turn === undefined ? lane : { ...lane, turn: { ...lane.turn, ...change(lane.turn) } }
}

function withCall(lane: Lane, id: string, change: Partial<Lane['calls'][string]>): Lane {
  const call = own(lane.calls, id)
  return call === undefined ? lane : { ...lane, calls: { ...lane.calls, [id]: { ...call, ...change } } }
}
