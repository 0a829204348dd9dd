import { actionText } from '../spec/actions-text.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'
import { describePolicy, valueText } from '../spec/policy/describe-policy.ts'
import { type Level, stricter, type Verdict } from '../spec/policy/words.ts'
import type { Rule } from './compile-policies.ts'
import { type Answer, decide, fires, type ListInForce, momentOf, type Question, readingsOf } from './decide.ts'
import { explainCondition, type PartTruth } from './explain-condition.ts'
import { type Facts, kindOf } from './facts.ts'
import type { Finding } from './history.ts'
import { pushedRefs, pushedRefsTest } from './net/pushed-refs.ts'
import { both, type Truth } from './truth.ts'

/** Why one rule had, or had not, a part in a decision. */
export interface ExplainedRule {
  readonly rule: string
  readonly does: string
  /** What it added to the decision; absent when it did not fire, or only admits. */
  readonly verdict?: Verdict
  /** The whole condition, of the action that came nearest to it. Absent: it speaks of nothing in this call. */
  readonly truth?: Truth
  /** That action, in words. */
  readonly about?: string
  readonly parts: readonly PartTruth[]
  /** Numbers of the events that made it so. */
  readonly because: readonly number[]
  readonly message?: string
  readonly grant?: string
}

export interface ExplainedLevel {
  readonly level: Level
  readonly hash: string
  readonly verdict: Verdict
  readonly rules: readonly ExplainedRule[]
}

/**
 * A decision with the reasons: per list, per rule, each part of its condition with its truth. Pure, as `decide`.
 * @param all also rules that had no part in it
 */
export function explainDecision(lists: readonly ListInForce[], question: Question, all = false): { readonly answer: Answer; readonly levels: readonly ExplainedLevel[] } {
  const answer = decide(lists, question)
  const levels = lists.map(({ list, state }): ExplainedLevel => {
    const rules = list.rules.map((rule, index) => explainRule(rule, state[index] ?? [], question, answer.rules.find(({ hash }) => hash === rule.hash)))
    const isPart = ({ verdict, truth, rule: id }: ExplainedRule) => verdict !== undefined || (truth === true && list.rules.some(({ id: each, policy }) => each === id && (policy.action === 'allow' || policy.admit === true)))
    return {
      level: list.level, hash: list.hash, verdict: rules.reduce((strictest: Verdict, { verdict = 'allow' }) => stricter(strictest, verdict), 'allow'),
      rules: all ? rules : rules.filter(isPart),
    }
  })
  return { answer, levels }
}

interface Tried {
  readonly facts: Facts
  readonly truth: Truth
  readonly finding: Finding
}

function explainRule(rule: Rule, states: ListInForce['state'][number], question: Question, fired: RuleVerdict | undefined): ExplainedRule {
  const tried = question.facts.flatMap((each, index) => readingsOf(each).filter((facts) => rule.subjects.has(kindOf(facts))).map((facts): Tried => ({ facts, ...fires(rule, states, momentOf(question, index, facts)) })))
  const nearest = tried.find(({ truth }) => truth === true) ?? tried.find(({ truth }) => truth === 'unknown') ?? tried[0]
  const { policy } = rule
  const about = nearest === undefined ? {} : { truth: nearest.truth, about: nearest.facts.possibly === undefined ? actionText(nearest.facts.action) : `${actionText(nearest.facts.action)}, which may be a ${nearest.facts.possibly}` }
  return {
    rule: rule.id, does: describePolicy(policy), ...about, parts: nearest === undefined ? [] : partsOf(rule, nearest),
    because: fired?.because ?? nearest?.finding.because ?? [], ...(fired === undefined ? {} : { verdict: fired.verdict }),
    ...(fired?.message === undefined ? {} : { message: fired.message }), ...(fired?.grant === undefined ? {} : { grant: fired.grant }),
  }
}

function partsOf({ policy, histories }: Rule, { facts, finding, truth }: Tried): PartTruth[] {
  const refs = pushedRefsTest(policy)
  const match = [
    ...explainCondition(policy.match ?? {}, facts, policy.action === 'allow'),
    ...(refs === undefined ? [] : [{ depth: 0, text: `refs: ${valueText(policy.refs)} (${pushText(facts)})`, truth: refs(facts) }]),
  ]
  const unless = policy.unless === undefined ? [] : explainCondition(policy.unless, facts, policy.action !== 'allow', 1)
  const measured = finding.words === undefined ? '' : ` (${Object.entries(finding.words()).map(([word, value]) => `${word}: ${value}`).join(', ')})`
  return [
    ...match,
    ...(unless.length === 0 ? [] : [{ depth: 0, text: 'unless', truth: unless.reduce((truth: Truth, part) => (part.depth === 1 ? both(truth, part.truth) : truth), true) }, ...unless]),
    // The past is looked at only when the rest may hold: then the whole is as true as the past.
    ...(histories.length === 0 || match.some((part) => part.depth === 0 && part.truth === false) ? [] : [{ depth: 0, text: `${policy.type === 'require' ? 'what must have been is missing' : 'what was'}${measured}`, truth }]),
  ]
}

function pushText({ action, possibly }: Facts): string {
  const refs = action.kind === 'net.request' && possibly === undefined ? pushedRefs(action) : undefined
  return refs === undefined ? 'nobody can tell' : `it pushes ${valueText(refs) || 'nothing'}`
}
