import type { ActionKind } from '../../spec/actions.ts'
import type { AfterPattern, Policy } from '../../spec/policy/policy-schema.ts'
import { kindsOf } from '../../spec/policy/subjects.ts'
import type { Condition } from '../../spec/policy/condition.ts'
import type { CompiledList, Rule } from '../compile-policies.ts'
import { spokenKinds } from '../spoken-kinds.ts'
import { everyOf, type Extent, inverted } from './extent.ts'
import { publishingMethods } from './published-package.ts'
import { conditionExtent, type Ground, type Region } from './region-extent.ts'

/** What is certain of every request of a region, whatever the history, the hour, the money and the people. */
export type RegionVerdict = { readonly action: 'allow' | 'deny'; readonly rule: Rule | undefined } | { readonly action: 'authorize' }

const authorize: RegionVerdict = { action: 'authorize' }

/** @param lists without the rules that have nothing to say to the region's hosts */
export function judgeRegion(lists: readonly CompiledList[], region: Region, ground: Ground): RegionVerdict {
  const rules = lists.flatMap((list) => list.rules)
  ground.work.left -= rules.length
  const pushes = { ...region, mayPush: true }
  // Attempts that are counted have to be seen, refused or not.
  if (rules.some((rule) => rule.policy.count === 'attempts' && counts(rule, pushes, ground))) return authorize
  for (const list of lists) {
    const denying = list.rules.find((rule) => denies(rule, list, pushes, ground))
    if (denying !== undefined) return { action: 'deny', rule: denying }
  }
  const plain = { ...region, mayPush: false }
  if (lists.some((list) => list.rules.some((rule) => counts(rule, plain, ground) || mayAct(rule, list, plain, ground)))) return authorize
  return { action: 'allow', rule: rules.find((rule) => admits(rule, plain, ground) === 'all') }
}

/** Of how many requests a rule's conditions hold; its past is another question. */
export function ruleExtent({ policy, subjects }: Rule, region: Region, ground: Ground): Extent {
  if (!subjects.has('net.request')) return 'none'
  const { match, unless, refs, action, admit } = policy
  return everyOf([
    match === undefined ? 'all' : conditionExtent(match, region, ground),
    unless === undefined ? 'all' : inverted(conditionExtent(unless, region, ground)),
    refs === undefined ? 'all' : region.mayPush || mayCarry(region.method, 'POST') ? 'some' : action === 'allow' || admit === true ? 'all' : 'none',
  ])
}

/** It denies every request of the region, and nothing in its list may lift it. */
function denies(rule: Rule, list: CompiledList, region: Region, ground: Ground): boolean {
  const { policy, histories } = rule
  if (histories.length > 0 || (policy.action !== 'deny' && policy.default !== 'deny')) return false
  if (ruleExtent(rule, region, ground) !== 'all') return false
  return policy.action === 'deny' || list.rules.every((each) => admits(each, region, ground) === 'none')
}

/** Of how many requests it lifts the defaults of its list. */
function admits(rule: Rule, region: Region, ground: Ground): Extent {
  if (rule.policy.action !== 'allow' && rule.policy.admit !== true) return 'none'
  const extent = ruleExtent(rule, region, ground)
  return extent === 'all' && rule.histories.length > 0 ? 'some' : extent
}

/** It may warn, ask, deny, or give a secret to some request of the region. */
function mayAct(rule: Rule, list: CompiledList, region: Region, ground: Ground): boolean {
  const { policy } = rule
  if (policy.action !== 'allow' && mayPublish(region) && spokenKinds(rule).has('package.publish')) return true
  const extent = ruleExtent(rule, region, ground)
  if (extent === 'none') return false
  if (policy.use_secret !== undefined) return true
  if (policy.action === 'allow') return false
  if (policy.default !== undefined) return !list.rules.some((each) => each.policy.action === 'allow' && admits(each, region, ground) === 'all')
  return (policy.type !== 'rate' && policy.type !== 'loop') || countedKinds(policy).includes('net.request')
}

/** It remembers requests of the region, which therefore have to stand in the log. */
function counts({ policy }: Rule, region: Region, ground: Ground): boolean {
  const publishes = mayPublish(region)
  if ((policy.type === 'rate' || policy.type === 'loop') && countsKinds(countedKinds(policy), policy.match, region, { ground, publishes })) return true
  const patterns = [policy.after ?? []].flat().flatMap((each) => [each, ...(typeof each.cleared_by === 'object' ? [each.cleared_by] : []), ...(each.since === undefined ? [] : [each.since])])
  return [...patterns, ...(policy.since === undefined ? [] : [policy.since])].some((pattern) => Object.entries(subjectOf(pattern)).some(([subject, condition]) => {
    const { exit: _exit, failed: _failed, ...match } = (condition ?? {}) as Condition // Proof: the schema of what has happened.
    return countsKinds(kindsOf(subject) ?? [], match, region, { ground, publishes })
  }))
}

function countsKinds(kinds: readonly ActionKind[], match: Condition | undefined, region: Region, { ground, publishes }: { readonly ground: Ground; readonly publishes: boolean }): boolean {
  if (publishes && kinds.includes('package.publish')) return true
  return kinds.includes('net.request') && (match === undefined || conditionExtent(match, region, ground) !== 'none')
}

const subjectOf = ({ cleared_by: _cleared, since: _since, ...pattern }: AfterPattern): Readonly<Record<string, unknown>> => pattern
const countedKinds = (policy: Policy): readonly ActionKind[] => kindsOf(policy.of ?? '*') ?? []

const mayPublish = ({ method }: Region): boolean => publishingMethods.some((each) => mayCarry(method, each))
const mayCarry = (method: Region['method'], name: string): boolean => method === undefined || (method !== 'other' && method.name === name)
