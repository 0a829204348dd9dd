import type { Action } from '../spec/actions.ts'
import type { EventData, SessionEvent } from '../spec/events/session-event.ts'
import type { FileChange, RuleVerdict } from '../spec/events/turn-data.ts'
import { moneyReserved, moneySettled } from '../spec/money/money-sums.ts'
import { absolutePath } from './conditions/match-path.ts'
import type { Actor } from './facts.ts'
import type { Happening, Occasion, Reserved } from './happening.ts'
import { mintPermit, permitFor, type Permits, usePermit, voidPermits } from './net/permits.ts'

/** What has to be kept to read the next event of a log as a happening. Plain JSON, changed in place; bounded by what is open. */
export interface Chronicle {
  home: string
  readonly actors: Record<string, Actor & { readonly parent?: string }>
  readonly turns: Record<string, string>
  /**
   * Calls by `session/call`: those that are open, and the last ones that are not, because what they changed is told after their result.
   * `runsNothing`: what was decided is the start of a turn, or a model call, which is counted when money is held back for it.
   * `request`: it is a request on the wire; `counted`: kinds of its actions that were counted when the call that makes it was let go.
   * `granted`: a grant answered something that it was asked about.
   */
  readonly calls: Record<string, { readonly title: string; readonly actions: readonly Action[]; readonly runsNothing?: true; readonly request?: true; counted?: readonly string[]; approved?: readonly RuleVerdict[]; granted?: true; decided?: true; passed?: true }>
  /** Calls with a result that are still known, oldest first. */
  readonly closed: string[]
  /** Open cards: their call, and the rules that ask on them. */
  readonly asks: Record<string, { readonly call: string; readonly rules: readonly RuleVerdict[] }>
  /** By `session/reservation`. `turn`: what is counted by turn is freed where it was counted. */
  readonly reservations: Record<string, Reserved & { readonly turn?: string }>
  /** Files that the agent made, as absolute paths. */
  readonly created: Record<string, true>
  /** Changes of a call that did not last, or wait for a person: by the order that takes them back, then by the question about them. */
  readonly held: Record<string, { readonly call: string; readonly changes: readonly FileChange[] }>
  readonly permits: Permits
}

export const emptyChronicle = (): Chronicle => ({ home: '/', actors: {}, turns: {}, calls: {}, closed: [], asks: {}, reservations: {}, created: {}, held: {}, permits: {} })

const nobody: Actor = { session: '', agent: '', harness: '', depth: 0, workspace: '/', home: '/' }
export const actorOf = (chronicle: Chronicle, session: string): Chronicle['actors'][string] => ({ ...(chronicle.actors[session] ?? { ...nobody, session }), home: chronicle.home })

/** The session and those it was started by, itself first. */
export function lineage(chronicle: Chronicle, session: string): string[] {
  const parent = chronicle.actors[session]?.parent
  return parent === undefined ? [session] : [session, ...lineage(chronicle, parent)]
}

/** Reads one event. What it means for policies; most events mean nothing. */
export function readHappenings(chronicle: Chronicle, event: SessionEvent): Happening[] {
  const { session, seq, at } = event
  if (event.type === 'session.created' || event.type === 'session.forked') return begin(chronicle, event)
  if (event.turn !== undefined) chronicle.turns[session] = event.turn
  const occasion: Occasion = { seq, at, actor: actorOf(chronicle, session), turn: event.turn ?? chronicle.turns[session] }
  switch (event.type) {
    case 'host.attached':
      chronicle.home = event.data.home ?? chronicle.home
      return []
    case 'box.attested':
      if (event.data.workspace !== undefined) chronicle.actors[session] = { ...actorOf(chronicle, session), workspace: event.data.workspace }
      return []
    case 'harness.switched':
      chronicle.actors[session] = { ...actorOf(chronicle, session), harness: event.data.harness }
      return []
    case 'policy.changed': case 'grant.revoked':
      voidPermits(chronicle.permits)
      return []
    case 'turn.ended':
      delete chronicle.turns[session]
      return [{ ...occasion, type: 'turn-ended' }]
    case 'money.settled': return settled(chronicle, occasion, event.data)
    case 'money.reserved': {
      const { reservation, model } = event.data
      const reserved = { model, money: moneyReserved(event.data) }
      chronicle.reservations[`${session}/${reservation}`] = { ...reserved, ...(occasion.turn === undefined ? {} : { turn: occasion.turn }) }
      const { harness = occasion.actor.harness } = event.data
      return [{ ...occasion, type: 'changed', actions: [{ kind: 'model.call', model, harness, outbound: true }] }, { ...occasion, type: 'reserved', ...reserved }]
    }
    case 'money.released': return freed(chronicle, occasion, event.data.reservation)
    case 'file.changed': return changed(chronicle, occasion, lasting(chronicle, session, event.data))
    case 'restore.requested': {
      const { direction, restore, call, paths } = event.data
      if (direction === 'back') chronicle.held[`${session}/${restore}`] = { call, changes: paths.map(({ path, kind, bytes }) => ({ path, kind, ...(bytes === undefined ? {} : { bytes }) })) }
      return []
    }
    case 'checkpoint.restored': return restored(chronicle, occasion, event.data)
    default: return ofCall(chronicle, occasion, event)
  }
}

function begin(chronicle: Chronicle, event: Extract<SessionEvent, { type: 'session.created' | 'session.forked' }>): Happening[] {
  const { session, seq, at, data } = event
  const parent = event.type === 'session.created' ? event.data.parent : undefined
  const depth = parent === undefined ? 0 : (chronicle.actors[parent]?.depth ?? 0) + 1
  const actor = { session, agent: data.agent.name, harness: data.harness, depth, workspace: data.workspace.path, home: chronicle.home, ...(parent === undefined ? {} : { parent }) }
  chronicle.actors[session] = actor
  return event.type === 'session.forked' ? [{ seq, at, actor, turn: undefined, type: 'forked', from: event.data.from.session }] : []
}

function ofCall(chronicle: Chronicle, occasion: Occasion, event: SessionEvent): Happening[] {
  const keyOf = (call: string) => `${occasion.actor.session}/${call}`
  switch (event.type) {
    case 'tool.proposed': {
      const { call, title, gates, request } = event.data
      const actions = event.data.actions.map((action) => withOwner(chronicle, occasion.actor, action))
      chronicle.calls[keyOf(call)] = { title: title.slice(0, maxTitle), actions, ...(gates === undefined || gates === 'net' ? {} : { runsNothing: true }), ...(request === undefined ? {} : { request: true }) }
      const covered = request === undefined ? undefined : permitFor(chronicle.permits, { session: occasion.actor.session, actions, now: occasion.at })
      return [{ ...occasion, type: 'attempted', call, actions: covered === undefined ? actions : actions.filter((_, index) => typeof covered.judged[index] !== 'object'), ...(request === undefined ? {} : { request: true }) }]
    }
    case 'policy.decided': {
      const { call, rules, permit } = event.data
      const open = chronicle.calls[keyOf(call)]
      if (open !== undefined) open.decided = true
      if (open !== undefined && rules.some(({ grant }) => grant !== undefined)) open.granted = true
      if (open !== undefined && permit !== undefined) open.counted = [...new Set(permit.actions.flatMap((place) => chronicle.permits[keyOf(permit.call)]?.actions[String(place)]?.kind ?? []))]
      if (permit !== undefined) usePermit(chronicle.permits, occasion.actor.session, permit)
      return [{ ...occasion, type: 'decided', rules }]
    }
    case 'approval.requested':
      chronicle.asks[event.data.approval] = { call: event.data.call, rules: event.data.rules.filter((rule) => rule.verdict === 'ask') }
      return []
    case 'approval.answered': case 'approval.expired': {
      const { call = '', rules = [] } = chronicle.asks[event.data.approval] ?? {}
      delete chronicle.asks[event.data.approval]
      if (event.type === 'approval.expired' || event.data.answer === 'deny') return []
      const open = chronicle.calls[keyOf(call)]
      if (open !== undefined) open.approved = rules
      return [{ ...occasion, type: 'approved', rules }]
    }
    case 'tool.released': {
      const { call } = event.data
      const open = chronicle.calls[keyOf(call)]
      if (open?.decided === true) open.passed = true
      if (open === undefined) return [{ ...occasion, type: 'executed', call, actions: [] }]
      if (open.runsNothing === true) return []
      if (open.decided === true && open.request === undefined) mintPermit(chronicle.permits, { session: occasion.actor.session, call, seq: occasion.seq, at: occasion.at, yes: open.approved !== undefined || open.granted === true, actions: open.actions })
      return [{ ...occasion, type: 'executed', call, actions: uncounted(open), ...ofRequest(open) }]
    }
    case 'tool.completed': {
      const { call, outcome, exitCode } = event.data
      const known = chronicle.calls[keyOf(call)]
      const { approved } = known ?? {}
      // A request changes no files, so nothing comes after its end.
      if (known?.request === true) delete chronicle.calls[keyOf(call)]
      else close(chronicle, keyOf(call))
      delete chronicle.held[keyOf(call)]
      const result: Happening = { ...occasion, type: 'result', call, actions: known === undefined ? [] : uncounted(known), outcome, exitCode, ...ofRequest(known) }
      return approved === undefined || outcome === 'denied' ? [result] : [result, { ...occasion, type: 'followed', rules: approved }]
    }
    default: return []
  }
}

type KnownCall = Chronicle['calls'][string]

/** A request does what the call that makes it was let do: that is counted once, there. */
const uncounted = ({ actions, counted }: KnownCall): readonly Action[] => (counted === undefined ? actions : actions.filter(({ kind }) => !counted.includes(kind)))
const ofRequest = (known: KnownCall | undefined): { readonly request?: true } => (known?.request === true ? { request: true } : {})

/** A file's changes come soon after the call, or never. */
const maxClosed = 32
const maxTitle = 200

function close(chronicle: Chronicle, key: string): void {
  chronicle.closed.push(key)
  for (const old of chronicle.closed.splice(0, chronicle.closed.length - maxClosed)) delete chronicle.calls[old]
}

/** Says of a file whether it is the agent's own: a fact of this log and of the moment, whoever claims what. */
export function withOwner(chronicle: Chronicle, { workspace }: Actor, action: Action): Action {
  if (action.kind !== 'file.write' && action.kind !== 'file.delete') return action
  return { ...action, createdByAgent: isOwn(chronicle, action, workspace) }
}

/** A file that the agent makes is its own from the first byte. */
function isOwn(chronicle: Chronicle, action: Extract<Action, { kind: 'file.write' | 'file.delete' }>, workspace: string): boolean {
  return chronicle.created[absolutePath(action.path, workspace)] === true || (action.kind === 'file.write' && action.creates === true)
}

function settled(chronicle: Chronicle, occasion: Occasion, data: EventData<'money.settled'>): Happening[] {
  const { model, reservation } = data
  const own: Happening = { ...occasion, type: 'settled', model, money: moneySettled(data) }
  return reservation === undefined ? [own] : [own, ...freed(chronicle, occasion, reservation)]
}

/** A reservation ends once, however often it is said. */
function freed(chronicle: Chronicle, occasion: Occasion, reservation: string): Happening[] {
  const key = `${occasion.actor.session}/${reservation}`
  const reserved = chronicle.reservations[key]
  if (reserved === undefined) return []
  delete chronicle.reservations[key]
  const { turn, ...held } = reserved
  return [{ ...occasion, turn, type: 'freed', ...held }]
}

/** What a call did to files without what is taken back: that is neither the agent's nor anybody's. */
function lasting(chronicle: Chronicle, session: string, data: EventData<'file.changed'>): EventData<'file.changed'> {
  const held = new Set(Object.entries(chronicle.held).flatMap(([key, { call, changes }]) => (call === data.call && key.startsWith(`${session}/`) ? changes.map(({ path }) => path) : [])))
  return held.size === 0 ? data : { ...data, changes: data.changes.filter(({ path }) => !held.has(path)) }
}

/** What could not be taken back has happened after all; what a person kept is the agent's, and was counted when they allowed it. */
function restored(chronicle: Chronicle, occasion: Occasion, { direction, restore, card, ...outcome }: EventData<'checkpoint.restored'>): Happening[] {
  const { workspace, session } = occasion.actor
  const key = `${session}/${direction === 'back' ? restore : card}`
  const held = chronicle.held[key]
  if (held === undefined) return []
  delete chronicle.held[key]
  const there = new Set([...outcome.restored, ...outcome.unchanged])
  const [done, failed] = [held.changes.filter(({ path }) => there.has(path)), held.changes.filter(({ path }) => !there.has(path))]
  if (direction === 'back') {
    if (card !== undefined) chronicle.held[`${session}/${card}`] = { call: held.call, changes: done }
    return changed(chronicle, occasion, { call: held.call, changes: failed })
  }
  for (const { path, kind } of done) own(chronicle, absolutePath(path, workspace), kind)
  return []
}

function own(chronicle: Chronicle, place: string, kind: FileChange['kind']): void {
  if (kind === 'created') chronicle.created[place] = true
  if (kind === 'deleted') delete chronicle.created[place]
}

/** A call as the last ones are still known: what it was, and the files that it named and was let do what it said to. */
export function knownCall(chronicle: Chronicle, session: string, call: string): { readonly title: string; allowed(kind: 'file.write' | 'file.delete', path: string): boolean } | undefined {
  const known = chronicle.calls[`${session}/${call}`]
  if (known === undefined) return undefined
  const { workspace } = actorOf(chronicle, session)
  const named = new Set(known.passed !== true ? [] : known.actions.flatMap((action) => (action.kind === 'file.write' || action.kind === 'file.delete' ? [`${action.kind} ${absolutePath(action.path, workspace)}`] : [])))
  return { title: known.title, allowed: (kind, path) => named.has(`${kind} ${absolutePath(path, workspace)}`) }
}

function changed(chronicle: Chronicle, occasion: Occasion, { call, changes }: EventData<'file.changed'>): Happening[] {
  const { workspace, session } = occasion.actor
  const named = new Set((call === undefined ? [] : (chronicle.calls[`${session}/${call}`]?.actions ?? [])).flatMap((action) => (action.kind === 'file.write' || action.kind === 'file.delete' ? [absolutePath(action.path, workspace)] : [])))
  const actions = changes.flatMap(({ path, kind, bytes }): Action[] => {
    const place = absolutePath(path, workspace)
    const createdByAgent = chronicle.created[place] === true
    // What changed between calls was not this agent's doing.
    if (call !== undefined || kind === 'deleted') own(chronicle, place, kind)
    if (call === undefined || named.has(place)) return []
    const about = { path: place, createdByAgent: createdByAgent || kind === 'created', observed: true, outbound: false } as const
    return [kind === 'deleted' ? { kind: 'file.delete', ...about } : { kind: 'file.write', ...about, ...(bytes === undefined ? {} : { bytes }) }]
  })
  return actions.length === 0 ? [] : [{ ...occasion, type: 'changed', actions }]
}
