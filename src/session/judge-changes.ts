import { hashJson } from '../base/hash-json.ts'
import { own } from '../base/own.ts'
import { plainJson } from '../base/plain-json.ts'
import type { Action } from '../spec/actions.ts'
import { observedAction } from '../spec/observed-action.ts'
import type { EventData } from '../spec/events/session-event.ts'
import type { FileChange, RuleVerdict } from '../spec/events/turn-data.ts'
import { byEngine } from './engine-author.ts'
import { decideSafely, nameServerPolicies } from './gate.ts'
import { restoreOrders } from './orders.ts'
import { changedText, changeLines } from './restore-words.ts'
import type { Transaction } from './transaction.ts'

type Changed = EventData<'file.changed'>

/** A change that a rule would not have let a call make. */
interface Judged {
  readonly change: FileChange
  readonly action: Action
  readonly verdict: 'ask' | 'deny'
  readonly rules: readonly RuleVerdict[]
}

/**
 * Decides about what a call turned out to have done to files, before the fold counts it. What is denied goes back to how it was
 * before the call; so does what is asked about, and is kept aside until a person answers. The order is durable before the host
 * hears of it, and travels before the answer to any later call.
 * @param host the machine that the files are on
 */
export function judgeChanges(tx: Transaction, session: string, changed: Changed, host: string): void {
  const { call, changes, from, to, truncated } = changed
  if (call === undefined) return
  const ran = tx.state.policy.call(session, call)
  if (truncated === true) note(tx, session, `${changedText(ran?.title, changes, rootOf(tx, session))}, and more than can be looked through: the rest was not judged.`)
  const judged = changes.flatMap((change) => judge(tx, session, change, ran))
  if (judged.length === 0) return
  nameServerPolicies(tx, session)
  const root = tx.lane(session).root
  if (from === undefined || to === undefined || root === undefined) {
    return note(tx, session, `${changedText(ran?.title, judged.map(({ change }) => change), root)}, which ${judged[0]?.rules[0]?.rule ?? 'a rule'} would not have let it do. It has not been undone.`)
  }
  const asked = judged.filter(({ verdict }) => verdict === 'ask')
  const card = asked.length === 0 ? undefined : askAbout(tx, session, { call, title: changedText(ran?.title, asked.map(({ change }) => change), root), asked, between: { from, to } })
  const restore = tx.around.ids.next('rst')
  const earlier = Object.values(tx.lane(session).restores).filter(({ direction }) => direction === 'back')
  tx.emit(session, 'restore.requested', {
    restore, direction: 'back', call, ...(card === undefined ? {} : { card: card.call }), host, workspace: root,
    paths: judged.map(({ change, verdict }) => ({
      ...change, left: to, ...(verdict === 'ask' ? { aside: true } : {}),
      // Where an earlier change is still on its way back, the state between the two is not the one to go back to.
      to: earlier.flatMap(({ paths }) => paths.filter(({ path }) => path === change.path))[0]?.to ?? from,
    })),
    rules: [...(card?.rules ?? []), ...reasons(judged.filter(({ verdict }) => verdict === 'deny'))],
  }, byEngine)
  orderRestores(tx, session, [restore])
}

/** Sends orders, or repeats them: the host does each once. */
export function orderRestores(tx: Transaction, session: string, which: readonly string[]): void {
  const { restores } = tx.lane(session)
  const { host } = tx.around
  for (const order of host === undefined ? [] : restoreOrders(tx.state.tree, { session, restores }, host.id)) {
    if (host !== undefined && which.includes(order.restore)) tx.batch.orders.push({ host, message: order })
  }
}

const rootOf = (tx: Transaction, session: string) => tx.lane(session).root
const note = (tx: Transaction, session: string, text: string): void => tx.emit(session, 'notice.given', { level: 'warning', text }, byEngine)

function judge(tx: Transaction, session: string, change: FileChange, ran: ReturnType<Transaction['state']['policy']['call']>): Judged[] {
  const action = observedAction(change)
  // It was decided about by name, before it ran: a yes to that is a yes to this.
  if (ran?.allowed(action.kind, change.path) === true) return []
  const { verdict, rules } = decideSafely(tx, session, { tool: 'files', actions: [action] }, true)
  return verdict === 'deny' || verdict === 'ask' ? [{ change, action, verdict, rules: rules.filter((rule) => rule.verdict === verdict) }] : []
}

/** Each rule once. */
function reasons(judged: readonly Judged[]): RuleVerdict[] {
  const rules = new Map(judged.flatMap((each) => each.rules).map((rule) => [rule.rule, rule]))
  return [...rules.values()].map(({ actions: _place, ...rule }) => rule)
}

interface Question {
  readonly call: string
  readonly title: string
  readonly asked: readonly Judged[]
  readonly between: { readonly from: string; readonly to: string }
}

/** Decided now; the card is laid out once the files are back, and about those that are. */
function askAbout(tx: Transaction, session: string, { call, title, asked, between }: Question): { readonly call: string; readonly rules: readonly RuleVerdict[] } {
  const { calls, root } = tx.lane(session)
  let card = `kept-${call}`
  for (let more = 2; own(calls, card) !== undefined; more += 1) card = `kept-${call}-${more}`
  const actions = asked.map(({ action }) => action)
  const text = `${title}: keep these changes?`
  tx.emit(session, 'tool.proposed', { call: card, tool: 'files', title: text, input: { text: changeLines(asked.map(({ change }) => change), root) }, actions, gated: true, about: call }, byEngine)
  const { verdict, rules, inputs } = decideSafely(tx, session, { tool: 'files', actions }, true)
  const policyHash = tx.state.policy.hash(session)
  const digest = hashJson({ session, call, changes: asked.map(({ change }) => change), between, policyHash })
  tx.emit(session, 'policy.decided', { call: card, verdict, rules: [...rules], digest, policyHash, inputs: plainJson(inputs) }, byEngine)
  return { call: card, rules: rules.filter((rule) => rule.verdict === 'ask') }
}
