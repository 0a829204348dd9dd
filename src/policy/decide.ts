import type { Action, ActionKind } from '../spec/actions.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { stricter, type Verdict } from '../spec/policy/words.ts'
import type { CompiledList, Rule } from './compile-policies.ts'
import { type Facts, kindOf } from './facts.ts'
import { fileReach } from './file-reach.ts'
import { type Grant, grantFor } from './grants.ts'
import type { ByScope, Finding, Moment } from './history.ts'
import { fillMessage } from './fill-message.ts'
import { isAnswered, type UsedPermit } from './net/permits.ts'
import { both, type Truth } from './truth.ts'

/** States of a list's rules, in their order: for each rule those of its histories. */
export type ListState = readonly (readonly ByScope<unknown>[])[]

export interface ListInForce {
  readonly list: CompiledList
  readonly state: ListState
}

export interface Question {
  /** One entry for each action of the call, in order. */
  readonly facts: readonly Facts[]
  readonly occasion: Moment['occasion']
  readonly ledger: Moment['ledger']
  readonly grants: readonly Grant[]
  /** The call is a request, and inside of what another call was let do. */
  readonly permit?: UsedPermit
  /** What rules came to: for whoever puts the same question to several lists that share some. */
  readonly found?: Map<Facts, Map<Rule, Fired>>
}

interface Fired {
  readonly truth: Truth
  readonly finding: Finding
}

export interface Answer {
  readonly verdict: Verdict
  /** Every rule that had a part in it, the strictest first. */
  readonly rules: readonly RuleVerdict[]
  /** Nothing forbids it, but open reservations have to settle first. */
  readonly wait: boolean
  /** What it uses of what another call was let do, unless it is denied: to be kept with the decision. */
  readonly permit?: Pick<UsedPermit, 'call' | 'actions'>
}

/**
 * Decides about one call. Pure. Every list gives a verdict and the strictest holds, so no list weakens another, and their
 * order changes only what is named first.
 * @see design/policy.md, Semantics 3–5
 */
export function decide(lists: readonly ListInForce[], question: Question): Answer {
  const fired = new Map<string, { rule: RuleVerdict; actions: Set<number> }>()
  let verdict: Verdict = 'allow'
  let wait = false
  for (const inForce of lists) {
    for (const [index, facts] of question.facts.entries()) {
      for (const possible of readingsOf(facts)) {
        const part = judge(inForce, possible, momentOf(question, index, possible), { ...question, index })
        verdict = stricter(verdict, part.verdict)
        wait ||= part.wait
        for (const rule of part.rules) {
          const known = fired.get(rule.rule)
          if (known === undefined || stricter(known.rule.verdict, rule.verdict) !== known.rule.verdict) fired.set(rule.rule, { rule, actions: new Set([index]) })
          else if (known.rule.verdict === rule.verdict) known.actions.add(index)
        }
      }
    }
  }
  const { permit } = question
  return { verdict, ...(permit === undefined || verdict === 'deny' ? {} : { permit: { call: permit.call, actions: permit.actions } }), rules: [...fired.values()].map(({ rule, actions }) => ({ ...rule, actions: [...actions].slice(0, 50) })).sort((left, right) => (left.verdict === right.verdict ? 0 : stricter(left.verdict, right.verdict) === left.verdict ? -1 : 1)), wait }
}

/** What an action may be: itself, and what else its line may do. */
export const readingsOf = (facts: Facts): readonly Facts[] => [facts, ...possibleFacts(facts)]

/** One reading of the action at `index`, among the others of its call. */
export function momentOf({ facts: all, occasion, ledger, permit }: Question, index: number, facts: Facts): Moment {
  const isCounted = (place: number) => typeof permit?.judged[place] === 'object'
  return {
    facts, before: all.slice(0, index).filter((_, place) => !isCounted(place)), all: all.map(({ action }) => action), occasion, ledger,
    ...(permit === undefined ? {} : { gate: { seq: permit.seq, counted: isCounted(index) } }),
  }
}

/** What one list says of one action. */
function judge({ list, state }: ListInForce, facts: Facts, moment: Moment, { grants, found, permit, index: place }: Question & { readonly index: number }): { verdict: Verdict; rules: readonly RuleVerdict[]; wait: boolean } {
  const kind = kindOf(facts)
  const firing: { rule: Rule; truth: Truth; finding: Finding }[] = []
  let wait = false
  for (const [index, rule] of list.rules.entries()) {
    if (!rule.subjects.has(kind)) continue
    const { truth, finding } = found?.get(facts)?.get(rule) ?? fires(rule, state[index] ?? [], moment)
    found?.get(facts)?.set(rule, { truth, finding })
    wait ||= finding.wait === true
    // What is not certain here and will be there is decided there.
    const isDeferred = (truth === 'unknown' && seenLater(facts.planes).has(kind)) || ((truth === 'unknown' || facts.possibly !== undefined) && isRestored(rule, kind, facts.planes))
    if (truth !== false && !isDeferred) firing.push({ rule, truth, finding })
  }
  const admitted = firing.some(({ rule, truth }) => truth === true && facts.possibly === undefined && (rule.policy.action === 'allow' || rule.policy.admit === true))
  let verdict: Verdict = 'allow'
  const rules: RuleVerdict[] = []
  for (const { rule, truth, finding } of firing) {
    const own = ownVerdict(rule, facts.possibly === undefined ? truth : 'unknown', admitted)
    if (own === undefined) continue
    const grant = own === 'ask' ? grantFor(grants, rule, facts) : undefined
    const answered = own === 'ask' && grant === undefined && permit !== undefined && isAnswered(permit.judged[place], rule, facts) ? permit.call : undefined
    const held = grant === undefined && answered === undefined ? own : 'allow'
    verdict = stricter(verdict, held)
    rules.push({
      rule: rule.id, verdict: held, hash: rule.hash, ...(grant === undefined ? {} : { grant: grant.id }), ...(answered === undefined ? {} : { permit: answered }),
      ...message(rule, facts, finding), ...(finding.value === undefined ? {} : { value: finding.value }),
      ...(finding.because === undefined || finding.because.length === 0 ? {} : { because: finding.because.slice(-50) }), ...(truth === true && facts.possibly === undefined ? {} : { unknown: true }),
    })
  }
  return { verdict, rules, wait }
}

/** Whether a rule holds of one action: its condition and what it wants of the past. */
export function fires(rule: Rule, states: readonly ByScope<unknown>[], moment: Moment): Fired {
  let truth = rule.match(moment.facts)
  if (truth === false || rule.histories.length === 0) return { truth, finding: { truth } }
  const found: Finding[] = []
  for (const [index, history] of rule.histories.entries()) {
    if (truth === false) break
    const state = states[index]
    const one: Finding = state === undefined ? { truth: 'unknown' } : history.test(state, moment)
    found.push(one)
    truth = both(truth, one.truth)
  }
  return { truth, finding: Object.assign({ truth }, ...found, { truth, because: found.flatMap(({ because = [] }) => because) }) }
}

/** Restrictions fire on what cannot be determined, at `ask` or as they say; permissions never do. */
function ownVerdict({ policy }: Rule, truth: Truth, admitted: boolean): Verdict | undefined {
  if (policy.default !== undefined) return admitted ? undefined : truth === true ? policy.default : (policy.unknown ?? 'ask')
  if (policy.action === undefined || policy.action === 'allow') return undefined
  if (truth === true || policy.action === 'warn') return policy.action
  return policy.unknown ?? 'ask'
}

function message({ policy, id }: Rule, facts: Facts, finding: Finding): { message?: string } {
  const template = policy.message ?? measured[policy.type]
  return template === undefined ? {} : { message: fillMessage(template, facts.action, { rule: id, ...finding.words?.() }) }
}

/** What policies that measure say where they have no message of their own. */
const measured: Partial<Record<Policy['type'], string>> = { cost: '{{spent}} spent; the mark is {{limit}}', rate: '{{count}} in this time: {{limit}} is too many', loop: '{{count}} times the same: {{limit}} is too many' }

/** What a line that cannot be read may do besides, as far as nothing later sees it for certain. */
function possibleFacts(facts: Facts): Facts[] {
  const { action, planes } = facts
  if (action.kind !== 'exec' || (action.opaque?.length ?? 0) === 0) return []
  const later = seenLater(planes)
  return causable.filter((kind) => !later.has(kind)).map((possibly) => ({ ...facts, possibly }))
}

/** Kinds of action that a later, blocking plane of this session sees for certain. */
function seenLater({ wire, kernel }: Facts['planes']): ReadonlySet<ActionKind> {
  return new Set<ActionKind>([
    ...(wire ? (['git.push', 'package.publish', 'net.request', 'secret.use', 'message.out'] as const) : []),
    ...(kernel ? (['file.read'] as const) : []),
  ])
}

/** What a command changes in the work folder is seen when it is over, and taken back. A rule that names files elsewhere can not wait for that, unless the kernel keeps those. */
const isRestored = (rule: Rule, kind: ActionKind, { restore, kernel }: Facts['planes']): boolean => restore && (kind === 'file.write' || kind === 'file.delete') && (kernel || fileReach(rule) !== 'outside')

/** What a command can cause by itself. */
const causable: readonly ActionKind[] = ['git.push', 'git.commit', 'package.install', 'package.publish', 'file.read', 'file.write', 'file.delete', 'net.request', 'secret.use', 'message.out']

/** The actions of a call, for one that has none: nothing is known of it. */
export const actionsOf = (tool: string, actions: readonly Action[]): readonly Action[] => (actions.length > 0 ? actions : [{ kind: 'other', tool, outbound: 'unknown' }])
