import { own } from '../base/own.ts'
import { priceCall } from '../policy/money/price-call.ts'
import { maxChoices } from '../spec/events/session-data.ts'
import type { EventData } from '../spec/events/session-event.ts'
import type { StoredText } from '../spec/stored-text.ts'
import type { HostFact, NumberedFact } from '../spec/ports/host-link.ts'
import { refuseCall, proposeCall } from './gate.ts'
import { judgeChanges } from './judge-changes.ts'
import { proposeModelCall } from './model-calls.ts'
import { sendTables } from './net-table.ts'
import { proposeNetRequest, recordNetTold, withdrawRequest } from './net-requests.ts'
import { closeAside, recordRestored } from './restore-files.ts'
import { endModelCall } from './settle-model-call.ts'
import { stopUnkept } from './required-policies.ts'
import { startNext } from './start-next.ts'
import { callOmni, omniGone, omniMissed } from './tools/call-omni.ts'
import type { Transaction } from './transaction.ts'

/** Long texts of a fact, already in the blob store. */
export type StoreText = (text: string) => StoredText

/**
 * Turns one host fact into events: the only place where a harness's words become facts of the log.
 * A fact seen before (same host, epoch, number) changes nothing. Facts of a turn that has ended are kept and shown, and
 * change neither outcome nor money except settlement.
 */
export function recordFact(tx: Transaction, message: NumberedFact, host: string, stored: StoreText): void {
  const { session, fact } = message
  if ((tx.state.facts.get(`${host}/${message.epoch}`) ?? 0) >= message.n) return
  const lane = own(tx.state.lanes, session)
  if (lane === undefined) return // A session this server never had: nothing to keep it in.
  const at: At = message.turn === undefined ? {} : { turn: message.turn }
  const place = { tx, session, at, stored }
  const running = lane.turn !== undefined && lane.turn.turn === message.turn
  switch (fact.type) {
    case 'box.attested':
      tx.emit(session, 'box.attested', without(fact), at)
      return sendTables(tx)
    case 'worktree.made': return tx.emit(session, 'worktree.made', without(fact), at)
    case 'worktree.collected': return tx.emit(session, 'worktree.collected', without(fact), at)
    case 'harness.ready': return recordReady(tx, session, fact, at)
    case 'memory.lost': return tx.emit(session, 'harness.forgot', without(fact), at)
    case 'harness.exited': return tx.emit(session, 'harness.exited', without(fact), at)
    case 'step.started': return tx.emit(session, 'step.started', without(fact), at)
    case 'step.ended': return recordStep(tx, session, fact, at)
    case 'message': return recordMessage(place, fact)
    case 'call.wanted': {
      // The first one keeps the id; refusing is the answer that can do no harm.
      if (own(lane.calls, fact.call) !== undefined) {
        const reason = `The harness used call id ${fact.call} twice.`
        tx.emit(session, 'notice.given', { level: 'warning', text: reason }, at)
        return tx.order(session, { type: 'call.verdict', session, call: fact.call, verdict: { type: 'deny', reason } })
      }
      return proposeCall(tx, session, { ...fact, storedInput: stored(inputText(fact.input)) })
    }
    case 'model.wanted': return proposeModelCall(tx, session, without(fact))
    case 'model.done': return endModelCall(tx, session, without(fact), at)
    case 'net.wanted': return proposeNetRequest(tx, session, fact.request)
    case 'net.withdrawn': return withdrawRequest(tx, session, fact.request)
    case 'net.told': return recordNetTold(tx, session, fact.event, at)
    case 'omni.called': return callOmni(tx, session, fact)
    case 'omni.gone': return omniGone(tx, session, fact.request)
    case 'omni.missed': return omniMissed(tx, session, fact.request)
    case 'call.seen': return recordSeen(place, fact)
    case 'call.done': return recordDone(place, fact)
    case 'files.changed':
      judgeChanges(tx, session, without(fact), host)
      return tx.emit(session, 'file.changed', without(fact), at)
    case 'checkpoint.made': return tx.emit(session, 'checkpoint.made', without(fact), at)
    case 'files.unseen': return recordUnseen(tx, session, fact.reason, at)
    case 'files.restored': return recordRestored(tx, session, without(fact))
    case 'steered':
      if (fact.landing === 'next') tx.emit(session, 'notice.given', { level: 'info', text: 'The steer lands with the next prompt.' }, at)
      return
    case 'plan': return tx.emit(session, 'plan.changed', { entries: fact.entries.slice(0, 200) }, at)
    case 'compacted': return tx.emit(session, 'context.compacted', {}, at)
    case 'title': return recordTitle(tx, session, fact.text)
    case 'offers': return tx.emit(session, 'harness.offered', { ...choicesOf('commands', fact.commands), ...choicesOf('models', fact.models) }, at)
    case 'limited': return tx.emit(session, 'harness.limited', without(fact), at)
    case 'notice': return tx.emit(session, 'notice.given', without(fact), at)
    case 'switch.settled': return settleSwitch(tx, session, fact)
    case 'turn.settled': return running ? endTurn(tx, session, without(fact)) : undefined
    default: return assertNever(fact)
  }
}

type Fact<Type extends HostFact['type']> = Extract<HostFact, { type: Type }>
type At = { turn?: string }
/** Where a fact is recorded. */
interface Place {
  readonly tx: Transaction
  readonly session: string
  readonly at: At
  readonly stored: StoreText
}

/** The fact's own fields, which the event's data repeats one for one. */
function without<Known extends HostFact>(fact: Known): Omit<Known, 'type'> {
  const { type: _type, ...data } = fact
  return data
}

function recordReady(tx: Transaction, session: string, fact: Fact<'harness.ready'>, at: At): void {
  // A program of an older generation must not bring its conversation back after a rewind: its turn is over by then.
  const lane = tx.lane(session)
  const { resume, ...rest } = without(fact)
  const keep = resume !== undefined && (lane.turn !== undefined || lane.switching !== undefined || own(lane.memories, fact.harness) !== undefined)
  tx.emit(session, 'harness.started', keep ? { ...rest, resume } : rest, at)
}

/** The program's own name for the conversation; one that a person gave stays. */
function recordTitle(tx: Transaction, session: string, text: string): void {
  const view = own(tx.state.views, session)
  const title = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
  if (view === undefined || view.titled || title === '' || title === view.title) return
  tx.emit(session, 'session.renamed', { title }, { by: agentOf(tx, session) })
}

const choicesOf = (name: 'commands' | 'models', choices: Fact<'offers'>['models']) => (choices === undefined ? {} : { [name]: choices.slice(0, maxChoices) })

/** The host's word on a switch; one that was replaced meanwhile changes nothing. */
function settleSwitch(tx: Transaction, session: string, fact: Fact<'switch.settled'>): void {
  const { switching, harness: from } = tx.lane(session)
  if (switching?.id !== fact.switch) return
  const { harness, model, effort } = switching
  if (fact.outcome === 'ready') {
    tx.emit(session, 'harness.switched', { from, harness, ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }), lost: from === harness ? [] : (fact.lost ?? []) })
  } else {
    tx.emit(session, 'switch.failed', { harness, reason: fact.reason ?? 'The program did not start.', ...(fact.advice === undefined ? {} : { advice: fact.advice }) })
  }
  startNext(tx, session)
}

/** A step is settled once, at the price of the moment; told again, or late, it changes no money. */
function recordStep(tx: Transaction, session: string, fact: Fact<'step.ended'>, at: At): void {
  const { billing, ...ended } = without(fact)
  tx.emit(session, 'step.ended', ended, at)
  const { step, usage } = fact
  // What is counted on the program's wire is not counted again on its word.
  if (usage === undefined || tx.lane(session).metered === true || tx.state.settled.has(`${session}/${step}`)) return
  const model = fact.model ?? own(tx.state.views, session)?.model
  const { harness, settledSince } = tx.lane(session)
  const price = priceCall({ usage, model, settledSince: settledSince?.turn === at.turn ? (settledSince?.microUsd ?? 0) : 0 }, tx.around.prices)
  tx.emit(session, 'money.settled', {
    step, harness, ...(model === undefined ? {} : { model }), usage, ...price, source: 'reported',
    ...(billing === undefined ? {} : { billing }),
  }, at)
}

function recordMessage({ tx, session, at, stored }: Place, fact: Fact<'message'>): void {
  const text = stored(fact.text)
  const reasoning = fact.reasoning === undefined || fact.reasoning === '' ? undefined : stored(fact.reasoning)
  tx.uses(text)
  if (reasoning !== undefined) tx.uses(reasoning)
  tx.emit(session, 'message.completed', {
    item: fact.item, text, ...(reasoning === undefined ? {} : { reasoning }), ...(fact.partial === true ? { partial: true } : {}),
  }, { ...at, by: agentOf(tx, session) })
}

function recordSeen({ tx, session, at, stored }: Place, fact: Fact<'call.seen'>): void {
  const { call, tool, title, input, actions, parent } = fact
  if (own(tx.lane(session).calls, call) !== undefined) return
  const text = stored(inputText(input))
  tx.uses(text)
  tx.emit(session, 'tool.proposed', { call, tool, title, input: text, actions, gated: false, ...(parent === undefined ? {} : { parent }) }, at)
  tx.emit(session, 'tool.released', { call }, at)
}

function recordDone({ tx, session, at, stored }: Place, fact: Fact<'call.done'>): void {
  // The program's own word on a call that we refused, or that it never named, adds nothing.
  if (own(tx.lane(session).calls, fact.call) === undefined) return
  const output = stored(fact.output)
  tx.uses(output)
  const { call, outcome, exitCode } = fact
  tx.emit(session, 'tool.completed', { call, outcome, output, ...(exitCode === undefined ? {} : { exitCode }) }, at)
}

/** Told once, until something has changed. What must be enforced and needs it can not be any more. */
function recordUnseen(tx: Transaction, session: string, reason: string, at: At): void {
  const { watch } = tx.lane(session)
  if (watch?.seen !== false || watch.reason !== reason) tx.emit(session, 'checkpoint.failed', { reason }, at)
  stopUnkept(tx, session)
}

/** Ends the running turn: settles what is open, then starts the next prompt unless the queue is held. */
export function endTurn(tx: Transaction, session: string, ending: EventData<'turn.ended'>): void {
  const lane = tx.lane(session)
  const turn = lane.turn?.turn
  if (turn === undefined) return
  // What is kept aside waits for its answer beyond a turn that came to its end.
  if (ending.outcome !== 'completed') closeAside(tx, session, 'The turn ended before it was decided.')
  for (const call of Object.values(lane.calls)) {
    if (call.state === 'unknown' || call.about !== undefined) continue
    if (call.approval !== undefined && own(lane.asks, call.approval) !== undefined) {
      tx.emit(session, 'approval.expired', { approval: call.approval, reason: 'The turn ended.' }, { turn })
    }
    if (call.gates === 'turn') tx.emit(session, 'tool.completed', { call: call.call, outcome: 'denied', output: { text: 'The turn ended before it was decided.' } }, { turn })
    else if (call.state !== 'released') refuseCall(tx, session, call.call, 'The turn ended before it was decided.')
    else if (ending.outcome === 'interrupted' || call.gates === 'omni') tx.emit(session, 'tool.completed', { call: call.call, outcome: 'interrupted', output: { text: '' } }, { turn })
    else tx.emit(session, 'tool.completed', { call: call.call, outcome: 'unknown', output: { text: '' } }, { turn })
  }
  tx.emit(session, 'turn.ended', { ...ending }, { turn })
  startNext(tx, session)
}

function agentOf(tx: Transaction, session: string) {
  return { kind: 'agent', id: tx.lane(session).agent.name } as const
}

function inputText(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input)
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected fact ${JSON.stringify(value)}`)
}
