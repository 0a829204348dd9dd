import { canonicalJson } from '../../base/canonical-json.ts'
import type { ActionKind } from '../../spec/actions.ts'
import type { Condition } from '../../spec/policy/condition.ts'
import type { AfterPattern, Policy } from '../../spec/policy/policy-schema.ts'
import { kindsOf } from '../../spec/policy/subjects.ts'
import { stricter } from '../../spec/policy/words.ts'
import { listWords } from '../../spec/yaml/problem.ts'
import type { Rule } from '../compile-policies.ts'
import { coverageOf, coverageText, type EnforcementPlace } from '../coverage.ts'
import { spokenKinds } from '../spoken-kinds.ts'
import { contradiction, implies, isExcepted } from './conditions.ts'

/** Something about a list of policies that loads, and does not do what whoever wrote it must have meant. */
export interface LintWarning {
  /** The rule's place in the list, from 0. */
  readonly index: number
  readonly rule: string
  readonly code: 'never' | 'shadowed' | 'duplicate' | 'no-default' | 'unenforceable'
  readonly message: string
  readonly advice: string
}

/**
 * Warnings about one level's list. Sound: what it says is so; it does not find everything.
 * @param place where its sessions would run
 */
export function lintPolicies(rules: readonly Rule[], place: EnforcementPlace): LintWarning[] {
  return rules.flatMap((rule, index) => {
    const about = { index, rule: rule.policy.name }
    const never = neverFires(rule)
    if (never !== undefined) return [{ ...about, code: 'never', ...never }]
    return [duplicateOf(rule, rules.slice(0, index)), shadowOf(rule, rules), idlePermission(rule, rules), unenforceable(rule, place)].flatMap((found) => (found === undefined ? [] : [{ ...about, ...found }]))
  })
}

type Found = Omit<LintWarning, 'index' | 'rule'>

function neverFires({ policy, subjects }: Rule): Omit<Found, 'code'> | undefined {
  const match = policy.match ?? {}
  const reasons = countedKinds(policy, subjects).map((kind) => contradiction(match, kind))
  if (reasons.every((reason) => reason !== undefined)) {
    // A contradiction says more than that a kind lacks a field.
    const reason = reasons.find((each) => !each.includes(' has no ') && !each.includes(' is never ')) ?? reasons[0] ?? 'it speaks of nothing'
    return { message: `nothing can fit it: ${reason}`, advice: 'mend its match, or remove it' }
  }
  const { unless } = policy
  const possible = countedKinds(policy, subjects).filter((kind) => contradiction(match, kind) === undefined)
  if (unless !== undefined && possible.every((kind) => isExcepted(match, unless, kind))) return { message: 'nothing is left of it: its unless holds whenever its match does', advice: 'narrow its unless, or remove it' }
  const waits = [policy.after ?? []].flat().map(patternReason)
  // One of several is enough, but for what is required.
  const impossible = policy.type === 'require' || !waits.includes(undefined) ? waits.find((reason) => reason !== undefined) : undefined
  return impossible === undefined ? undefined : { message: `what it waits for can never happen: ${impossible}`, advice: 'mend its after' }
}

/** The kinds that its condition is put to: a cost counts model calls, whatever it holds back. */
function countedKinds(policy: Policy, subjects: ReadonlySet<ActionKind>): ActionKind[] {
  if (policy.type === 'cost') return ['model.call']
  const of = new Set(kindsOf(policy.of ?? '*'))
  return [...subjects].filter((kind) => of.has(kind))
}

function patternReason({ cleared_by: _cleared, since: _since, ...pattern }: AfterPattern): string | undefined {
  const [subject = '', value] = Object.entries(pattern)[0] ?? []
  const { exit: _exit, failed: _failed, ...condition } = (value ?? {}) as Condition & { exit?: unknown; failed?: unknown } // Proof: the schema of `Occurrence`.
  const reasons = (kindsOf(subject) ?? []).map((kind) => contradiction(condition, kind))
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined
}

function duplicateOf({ policy }: Rule, earlier: readonly Rule[]): Found | undefined {
  const first = earlier.find((each) => meaning(each.policy) === meaning(policy))
  return first === undefined ? undefined : { code: 'duplicate', message: `it says the same as ${first.policy.name}`, advice: 'remove one of them' }
}

const meaning = ({ name: _name, message: _message, examples: _examples, ...rest }: Policy): string => canonicalJson(rest)

/** A stricter rule of the list that always fires where this one does: then this one changes nothing. */
function shadowOf(rule: Rule, rules: readonly Rule[]): Found | undefined {
  const stronger = rules.find((other) => outdoes(other.policy, rule.policy) && other.histories.length === 0 && covers(other, rule))
  if (stronger === undefined) return undefined
  return { code: 'shadowed', message: `it changes nothing: ${stronger.policy.name} ${stronger.policy.action === 'deny' ? 'denies' : 'asks about'} all that it speaks of`, advice: `remove it, or narrow ${stronger.policy.name}` }
}

/** Whether its verdict alone makes the other's of no account. A permission counts for nothing only where all is denied. */
function outdoes({ action: own }: Policy, { action: other }: Policy): boolean {
  if (own === undefined || other === undefined || own === other) return false
  return other === 'allow' ? own === 'deny' : stricter(own, other) === own
}

function covers(wide: Rule, narrow: Rule): boolean {
  const [outer, inner] = [wide.policy, narrow.policy]
  // What a cost, a rate or a loop is counted of is not what it holds back.
  const match = inner.type === 'cost' || inner.type === 'rate' || inner.type === 'loop' ? {} : (inner.match ?? {})
  return [...spokenKinds(narrow)].filter((kind) => contradiction(match, kind) === undefined).every((kind) =>
    wide.subjects.has(kind) && implies(match, outer.match ?? {}, kind) && (outer.unless === undefined || (inner.unless !== undefined && implies(outer.unless, inner.unless, kind))))
}

function idlePermission(rule: Rule, rules: readonly Rule[]): Found | undefined {
  if (rule.policy.action !== 'allow') return undefined
  const own = spokenKinds(rule)
  const lifts = rules.some((other) => other.policy.default !== undefined && [...spokenKinds(other)].some((kind) => own.has(kind)))
  return lifts ? undefined : { code: 'no-default', message: 'it does nothing: an allow only lifts a "default: deny" or "default: ask" of its own list, and there is none for what it speaks of', advice: 'add a policy with a default, or make it an unless of the rule that it should soften' }
}

function unenforceable(rule: Rule, place: EnforcementPlace): Found | undefined {
  if (rule.policy.enforce !== 'required') return undefined
  const coverage = coverageOf(rule, place)
  if (coverage.open.length === 0) return undefined
  return { code: 'unenforceable', message: `no session starts with it: nothing here can hold back every ${listWords(coverage.open)} (${coverageText(coverage)})`, advice: 'choose another harness or sandbox, or write "enforce: best"' }
}
