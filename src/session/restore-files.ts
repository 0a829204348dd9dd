import { own } from '../base/own.ts'
import { observedAction } from '../spec/observed-action.ts'
import type { EventData } from '../spec/events/session-event.ts'
import type { RestoreOutcome } from '../spec/events/turn-data.ts'
import { byEngine } from './engine-author.ts'
import { expiryOf, offersOf } from './cards.ts'
import { refuseCall } from './gate.ts'
import { orderRestores } from './judge-changes.ts'
import { changedText, conflictsText, pathsText } from './restore-words.ts'
import type { OpenCall } from './state/tree-state.ts'
import { waitsToStart } from './state/turn-call.ts'
import type { Transaction } from './transaction.ts'

type Requested = EventData<'restore.requested'>

/** The host's word on an order. One that was told already, or that nobody gave, changes nothing. */
export function recordRestored(tx: Transaction, session: string, { restore, ...outcome }: RestoreOutcome & { readonly restore: string }): void {
  const order = own(tx.lane(session).restores, restore)
  if (order === undefined) return
  const { direction, call, card } = order
  tx.emit(session, 'checkpoint.restored', { restore, direction, call, ...(card === undefined ? {} : { card }), ...outcome })
  if (direction === 'back') wentBack(tx, session, order, outcome)
  else if (card !== undefined) cameAgain(tx, session, order, { card, outcome })
}

function wentBack(tx: Transaction, session: string, order: Requested, outcome: RestoreOutcome): void {
  const { root } = tx.lane(session)
  const title = tx.state.policy.call(session, order.call)?.title
  const back = new Set([...outcome.restored, ...outcome.unchanged])
  const gone = order.paths.filter(({ path, aside }) => aside !== true && back.has(path))
  const kept = order.paths.filter(({ path, aside }) => aside === true && back.has(path))
  const rules = order.rules.filter(({ verdict }) => verdict === 'deny').map(({ rule, message }) => `${rule}${message === undefined ? '' : ` (${message})`}`).join(', ')
  const failed = conflictsText(outcome, root)
  // A question that its turn took with it is not asked any more.
  const open = order.card === undefined ? undefined : own(tx.lane(session).calls, order.card)
  const sentences = [
    gone.length === 0 ? '' : `${changedText(title, gone, root)}, which ${rules} forbids: taken back to what was before.`,
    kept.length === 0 ? '' : `${gone.length === 0 ? `${changedText(title, kept, root)}: that is` : `What it did to ${pathsText(kept.map(({ path }) => path), root)} is`} kept aside${open === undefined ? '' : ' until a person says whether to keep it'}.`,
    failed === '' ? '' : `${gone.length + kept.length > 0 ? '' : `${changedText(title, order.paths, root)}, which ${order.rules.map(({ rule }) => rule).join(', ')} would not have let it do. `}${failed}`,
  ]
  tell(tx, session, gone.length === 0 && failed === '' ? 'info' : 'warning', sentences.filter((sentence) => sentence !== '').join(' '))
  if (open === undefined) return
  if (kept.length === 0) return complete(tx, session, open.call, 'error', failed)
  layOutCard(tx, session, { order, open, title: `${changedText(title, kept, root)}: keep these changes?` })
}

function layOutCard(tx: Transaction, session: string, { order, open, title }: { readonly order: Requested; readonly open: OpenCall; readonly title: string }): void {
  const lists = tx.state.policy.inForce(session)
  const rules = order.rules.filter(({ verdict }) => verdict === 'ask')
  const actions = order.paths.filter(({ aside }) => aside === true).map(observedAction)
  const [offers, expiresAt] = [offersOf(lists, rules, actions), expiryOf(lists, rules, tx.around.now)]
  tx.emit(session, 'approval.requested', {
    approval: tx.around.ids.next('apr'), call: open.call, digest: open.digest, title, rules, about: order.call,
    ...(expiresAt === undefined ? {} : { expiresAt }), ...(offers.length === 0 ? {} : { offers }),
  }, byEngine)
}

/** A person's answer: yes puts what was kept aside back where nothing else has come since. */
export function answerAside(tx: Transaction, session: string, { call: card, title }: OpenCall, answer: { allow: boolean; approval: string; comment?: string | undefined }): void {
  const { root } = tx.lane(session)
  const kept = own(tx.lane(session).aside, card)
  const paths = pathsText(kept?.paths.map(({ path }) => path) ?? [], root)
  if (!answer.allow || kept === undefined) {
    const reason = answer.comment === undefined ? 'A person said no.' : `A person said no: ${answer.comment}`
    refuseCall(tx, session, card, reason)
    return tell(tx, session, 'info', `${reason} ${paths} stays as it was before “${title.slice(0, 80)}”`)
  }
  tx.emit(session, 'tool.released', { call: card, approval: answer.approval }, byEngine)
  const host = tx.around.host?.id ?? tx.state.views[session]?.host?.id ?? ''
  const restore = tx.around.ids.next('rst')
  tx.emit(session, 'restore.requested', { restore, direction: 'again', call: kept.call, card, host, workspace: root ?? '', paths: [...kept.paths], rules: [] }, byEngine)
  orderRestores(tx, session, [restore])
}

function cameAgain(tx: Transaction, session: string, order: Requested, { card, outcome }: { readonly card: string; readonly outcome: RestoreOutcome }): void {
  const { root } = tx.lane(session)
  const there = [...outcome.restored, ...outcome.unchanged]
  const text = [there.length === 0 ? '' : `Kept by a person: ${pathsText(there, root)}.`, conflictsText(outcome, root)].filter((part) => part !== '').join(' ')
  complete(tx, session, card, there.length === 0 ? 'error' : 'ok', text)
  tell(tx, session, there.length < order.paths.length ? 'warning' : 'info', text)
}

/** Closes the questions about what is kept aside: it stays there. */
export function closeAside(tx: Transaction, session: string, reason: string): void {
  for (const { call, about, state, approval } of Object.values(tx.lane(session).calls)) {
    // What a person allowed is on its way.
    if (about === undefined || state === 'released') continue
    if (approval !== undefined && own(tx.lane(session).asks, approval) !== undefined) tx.emit(session, 'approval.expired', { approval, reason }, byEngine)
    refuseCall(tx, session, call, reason)
  }
}

function complete(tx: Transaction, session: string, card: string, outcome: 'ok' | 'error', text: string): void {
  tx.emit(session, 'tool.completed', { call: card, outcome, output: { text }, about: card }, byEngine)
}

/** Said to people, and to the agent: now where its program takes it, and with the next prompt. */
function tell(tx: Transaction, session: string, level: 'info' | 'warning', text: string): void {
  const { turn, harness } = tx.lane(session)
  const steer = tx.around.ids.next('prm')
  tx.emit(session, 'notice.given', { level, text, tell: steer }, byEngine)
  if (turn === undefined || turn.stopping || waitsToStart(tx.lane(session)) || tx.around.abilities(harness)?.steer !== 'turn') return
  tx.order(session, { type: 'turn.steer', session, turn: turn.turn, steer, text, note: true })
}

