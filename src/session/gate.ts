import { own } from '../base/own.ts'
import { hashJson } from '../base/hash-json.ts'
import { plainJson } from '../base/plain-json.ts'
import type { Action } from '../spec/actions.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'
import type { StoredText } from '../spec/stored-text.ts'
import { planesOf } from '../policy/coverage.ts'
import { planModeVerdict } from '../policy/plan-mode.ts'
import { stricter } from '../spec/policy/words.ts'
import { ceilingVerdict, serversBeyond } from '../policy/tool-ceiling.ts'
import type { Answer } from '../policy/decide.ts'
import type { DecisionInputs } from '../policy/policy-fold.ts'
import { byEngine } from './engine-author.ts'
import { expiryOf, offersOf } from './cards.ts'
import type { Lane, OpenCall } from './state/tree-state.ts'
import { letOut, netRefused } from './let-out.ts'
import { refusalOrder } from './orders.ts'
import { modelActionOf, startModelCall, wantedAgain } from './start-model-call.ts'
import { turnCall } from './state/turn-call.ts'
import { ceilingOf } from './read-spec.ts'
import { rootOf } from './tools/family.ts'
import type { Transaction } from './transaction.ts'

/** A call as the host reported it, its input already stored. */
export interface WantedCall {
  readonly call: string
  readonly tool: string
  readonly title: string
  readonly input: unknown
  readonly storedInput: StoredText
  readonly actions: readonly Action[]
  readonly parent?: string | undefined
  readonly restsOn?: Readonly<Record<string, string>> | undefined
  /** No tool's call. */
  readonly gates?: OpenCall['gates']
  /** Names of the secrets that policies put into a request. */
  readonly inject?: readonly string[]
}

/** What is decided about one call, and what it rested on besides the log. */
interface Decision {
  readonly verdict: RuleVerdict['verdict']
  readonly rules: readonly RuleVerdict[]
  readonly inputs: Readonly<Record<string, unknown>>
  /** Nothing forbids it, and other model calls have to settle first. */
  readonly wait: boolean
  /** What was let do what a request does. */
  readonly permit?: Answer['permit']
}

/** propose → decide → release, ask or refuse, as one durable step; the host hears the answer after it. */
export function proposeCall(tx: Transaction, session: string, wanted: WantedCall): void {
  const { call, tool, title, storedInput, actions, parent, gates, inject = [] } = wanted
  nameServerPolicies(tx, session)
  tx.uses(storedInput)
  tx.emit(session, 'tool.proposed', { call, tool, title, input: storedInput, actions: [...actions], gated: true, ...(parent === undefined ? {} : { parent }), ...(gates === undefined ? {} : { gates }), ...(gates === 'net' ? { request: call } : {}), ...(inject.length === 0 ? {} : { inject: [...inject] }) })
  const { turn } = tx.lane(session)
  if (turn === undefined) return refuseCall(tx, session, call, 'The turn is over.')
  if (turn.stopping) return refuseCall(tx, session, call, 'The turn is being stopped.')
  decideCall(tx, session, wanted)
}

/** Decides about a proposed call, the first time or again; what a person said yes to already is not asked for again. */
export function decideCall(tx: Transaction, session: string, wanted: Omit<WantedCall, 'storedInput'>): void {
  const { call, title, actions } = wanted
  const plain = decideSafely(tx, session, wanted)
  const lane = tx.lane(session)
  const approved = own(lane.calls, call)?.approved
  const policyHash = tx.state.policy.hash(session)
  const digest = digestOfCall(lane, wanted, policyHash)
  const decision = withOwnRules(tx, lane, wanted, plain)
  const { verdict, rules, inputs, permit } = decision
  const asking = rules.filter((rule) => rule.verdict === 'ask' && approved?.rules.includes(rule.rule) !== true)
  const wait = decision.wait && verdict !== 'deny' && asking.length === 0
  tx.emit(session, 'policy.decided', { call, verdict, rules: [...rules], ...(wait ? { wait } : {}), digest, policyHash, inputs: plainJson(inputs), ...(permit === undefined ? {} : { permit: { call: permit.call, actions: [...permit.actions] } }) }, byEngine)
  warn(tx, session, rules)
  if (verdict === 'deny') return refuseCall(tx, session, call, reasonOf(decision))
  if (wait) return
  if (asking.length === 0) return releaseCall(tx, session, call, approved?.approval)
  const approval = tx.around.ids.next('apr')
  const lists = tx.state.policy.inForce(session)
  const [offers, expiresAt] = [offersOf(lists, asking, actions), expiryOf(lists, asking, tx.around.now)]
  tx.emit(session, 'approval.requested', { approval, call, digest, title, rules: asking, ...(expiresAt === undefined ? {} : { expiresAt }), ...(offers.length === 0 ? {} : { offers }) }, byEngine)
}

/** A mark that is passed is said once, where people see it; what a policy warns of at every call stands at the call. */
function warn(tx: Transaction, session: string, rules: readonly RuleVerdict[]): void {
  for (const { rule, verdict, value, message = '' } of rules) {
    if (verdict === 'warn' && value !== undefined) tx.emit(session, 'notice.given', { level: 'warning', text: `${rule}: ${message}` }, byEngine)
  }
}

/** Refuses cards whose time is over. */
export function expireAsks(tx: Transaction): void {
  for (const { session, asks, calls } of Object.values(tx.state.lanes)) {
    for (const [approval, ask] of Object.entries(asks)) {
      if (ask.expiresAt === undefined || ask.expiresAt > tx.around.now) continue
      tx.emit(session, 'approval.expired', { approval, reason: 'Nobody answered in time.' }, byEngine)
      if (own(calls, ask.call) !== undefined) refuseCall(tx, session, ask.call, 'Nobody answered in time, so it was refused.')
    }
  }
}

/** A log stands alone: it names the server's policies before the first decision under them. */
export function nameServerPolicies(tx: Transaction, session: string): void {
  const { level, hash, rules } = tx.around.policies.list
  if (level !== 'server' || tx.state.serverPolicies === hash) return
  tx.emit(session, 'policy.changed', { level, hash, policies: rules.map(({ policy }) => plainJson(policy)) }, byEngine)
}

/** The same with what was allowed for the whole project, and with what was taken back meanwhile. */
function nameProjectGrants(tx: Transaction, session: string): void {
  const kept = tx.around.projectGrants.of(tx.lane(session).workspace.path)
  const known = tx.state.policy.grants(session).filter(({ scope }) => scope === 'project')
  if (kept.length === 0 && known.length === 0) return
  for (const grant of kept) if (!known.some(({ id }) => id === grant.grant)) tx.emit(session, 'grant.made', { ...grant, scope: 'project' }, byEngine)
  for (const { id } of known) if (!kept.some(({ grant }) => grant === id)) tx.emit(session, 'grant.revoked', { grant: id }, byEngine)
}

/**
 * Starting a turn spends money: it is asked about like a call, before the program hears of it. Where no policy has anything
 * to say, nothing is recorded and the turn runs.
 */
export function gateTurn(tx: Transaction, session: string): void {
  const { turn, harness, model = 'default' } = tx.lane(session)
  if (turn === undefined) return
  const actions: readonly Action[] = [{ kind: 'model.call', model, harness, outbound: true }]
  const input = { prompt: turn.prompt, harness, model }
  const wanted: WantedCall = { call: turnCall(turn.turn), gates: 'turn', tool: 'turn', title: `a turn on ${harness}${model === 'default' ? '' : `, ${model}`}`, input, storedInput: { text: JSON.stringify(input) }, actions }
  if (decideSafely(tx, session, wanted).verdict === 'allow') tx.order(session, { type: 'turn.run', session })
  else proposeCall(tx, session, wanted)
}

/** The answer to a card. The digest is checked again: anything that drifted since is a refusal, never a silent yes. */
export function answerCall(tx: Transaction, session: string, call: OpenCall, answer: { allow: boolean; approval: string; comment?: string | undefined }): void {
  if (!answer.allow) {
    return refuseCall(tx, session, call.call, answer.comment === undefined ? 'A person said no.' : `A person said no: ${answer.comment}`)
  }
  if (tx.lane(session).turn?.stopping === true) return refuseCall(tx, session, call.call, 'The turn is being stopped.')
  // Meanwhile others may have spent what there was.
  if (call.gates === 'model') return decideCall(tx, session, wantedAgain(call))
  releaseCall(tx, session, call.call, answer.approval)
}

function releaseCall(tx: Transaction, session: string, call: string, approval?: string): void {
  const open = own(tx.lane(session).calls, call)
  tx.emit(session, 'tool.released', { call, ...(approval === undefined ? {} : { approval }) }, byEngine)
  if (open?.gates === undefined) return tx.order(session, { type: 'call.verdict', session, call, verdict: { type: 'allow' } })
  // The engine does it when it can: see tools/react.ts.
  if (open.gates === 'omni') return
  tx.emit(session, 'tool.completed', { call, outcome: 'ok', output: { text: '' } }, byEngine)
  if (open.gates === 'turn') return tx.order(session, { type: 'turn.run', session })
  if (open.gates === 'net') return letOut(tx, session, open)
  startModelCall(tx, session, call, modelActionOf(open))
}

export function refuseCall(tx: Transaction, session: string, call: string, reason: string): void {
  const { gates, about, actions = [] } = own(tx.lane(session).calls, call) ?? {}
  tx.emit(session, 'tool.completed', { call, outcome: 'denied', output: { text: reason }, ...(about === undefined ? {} : { about }) }, byEngine)
  // No program waits for it.
  if (about !== undefined) return
  if (gates === 'turn') return tx.emit(session, 'turn.ended', { outcome: 'failed', reason, advice: 'Nothing was sent to the model. Change the policy that says so, then send the prompt again.' }, byEngine)
  if (gates === 'net') netRefused(tx, session, { call, actions })
  tx.order(session, refusalOrder(session, { call, reason, ...(gates === undefined ? {} : { gates }) }))
}

/** A policy that throws never allows, and no yes that was taken back elsewhere does. @param seen the actions have been seen: nothing comes later that would see more */
export function decideSafely(tx: Transaction, session: string, { tool, actions, gates }: Pick<WantedCall, 'tool' | 'actions' | 'gates'>, seen = false): Decision {
  if (tx.state.blockedBy !== undefined) {
    const message = `This log holds ${tx.state.blockedBy}, written by a newer version: upgrade omnigent to go on.`
    return { verdict: 'deny', rules: [{ rule: 'engine/unsupported-log', verdict: 'deny', message }], inputs: {}, wait: false }
  }
  nameProjectGrants(tx, session)
  const inputs = decisionInputs(tx, session, seen)
  try {
    const turn = tx.lane(session).turn?.turn
    return { ...tx.state.policy.decide({ session, tool, actions, ...(gates === 'net' ? { request: true } : {}), ...(turn === undefined ? {} : { turn }) }, inputs), inputs: { ...inputs } }
  } catch (error) {
    const message = `The policy failed: ${error instanceof Error ? error.message : String(error)}`
    return { verdict: 'deny', rules: [{ rule: 'engine/policy-error', verdict: 'deny', message }], inputs: {}, wait: false }
  }
}

/** What a decision rests on besides the log. @param seen nothing comes later that would see more */
export function decisionInputs(tx: Transaction, session: string, seen = false): DecisionInputs {
  const { watch, walled } = tx.lane(session)
  const wide = tx.state.policy.inForce(session).some((list) => list.countsWide)
  const planes = seen ? planesOf(false) : planesOf(watch?.seen === true, walled === true ? 'walled' : 'off')
  return { now: tx.around.now, planes, hostSets: tx.around.policies.hostSets, ...(wide ? { ledger: tx.around.ledger.read(tx.state.money.owner) } : {}) }
}

/** What holds whatever the policies say: plan mode, and the ceiling of the agent's file. The strictest verdict holds. */
function withOwnRules(tx: Transaction, { session, mode, agent }: Lane, { actions, gates }: Pick<WantedCall, 'actions' | 'gates'>, decision: Decision): Decision {
  // What a command sends was let through as the command; plan mode let only such run as a person allowed.
  if (gates === 'net') return decision
  const granted = ceilingOf(agent.spec['tools'])
  const beyond = granted === undefined ? [] : serversBeyond(granted, actions)
  // Servers of the project stand in no agent's file: a person's yes to the project grants them.
  const project = beyond.length === 0 ? undefined : tx.around.trustedProject(rootOf(tx.state, tx.lane(session)).session)
  const ceiling = granted === undefined || project === undefined ? granted : { ...granted, servers: [...granted.servers, ...beyond] }
  const rules = [mode === 'plan' ? planModeVerdict(actions) : undefined, ceiling === undefined ? undefined : ceilingVerdict(ceiling, actions)].filter((rule) => rule !== undefined)
  const verdict = rules.reduce((strictest, rule) => stricter(strictest, rule.verdict), decision.verdict)
  return { ...decision, verdict, rules: [...decision.rules, ...rules], inputs: { ...decision.inputs, ...(beyond.length === 0 ? {} : { trustedProject: project ?? null }) } }
}

function reasonOf(decision: Decision): string {
  const denying = decision.rules.filter((rule) => rule.verdict === 'deny')
  return denying.map((rule) => `${rule.rule}${rule.message === undefined ? '' : `: ${rule.message}`}`).join('; ') || 'Denied by policy.'
}

/** Binds an approval to exactly this call: SHA-256 over JCS of everything that would run. */
function digestOfCall({ session, harness, workspace }: Lane, wanted: Omit<WantedCall, 'storedInput'>, policyHash: string): string {
  const { tool, input, actions, restsOn = {} } = wanted
  return hashJson({ session, harness, tool, input, actions, cwd: workspace.path, restsOn, policyHash })
}
