import type { Action } from '../../src/spec/actions.ts'
import type { SessionEvent } from '../../src/spec/events/session-event.ts'
import { emptyChronicle, readHappenings } from '../../src/policy/chronicle.ts'
import type { Rule } from '../../src/policy/compile-policies.ts'
import type { Happening } from '../../src/policy/happening.ts'
import { durationMs } from '../../src/spec/policy/words.ts'
import { kindsOf } from '../../src/spec/policy/subjects.ts'
import { compileCondition } from '../../src/policy/conditions/compile-condition.ts'
import { compare } from '../../src/policy/rules/compare.ts'

/** Everything that happened, read again from the first event: what the incremental folds must agree with. */
export function allHappenings(events: readonly SessionEvent[]): Happening[] {
  const chronicle = emptyChronicle()
  return events.flatMap((event) => readHappenings(chronicle, event))
}

interface Place {
  readonly now: number
  readonly session: string
  readonly turn: string
  readonly agent: string
}

const inScope = (scope: string, happening: Happening, place: Place) => {
  switch (scope) {
    case 'turn': return happening.actor.session === place.session && happening.turn === place.turn
    case 'session': return happening.actor.session === place.session
    case 'agent': return happening.actor.agent === place.agent
    default: return true
  }
}

/** @param inDoubt whether what may fit does */
const fits = (action: Action, happening: Happening, of: string, match: object | undefined, inDoubt = true): boolean => {
  if (!(kindsOf(of) ?? []).includes(action.kind)) return false
  const truth = compileCondition({ ...match })({ action, actor: happening.actor, now: happening.at, planes: { wire: false, kernel: false, restore: false }, secrets: undefined, hostSets: {} })
  return truth === true || (truth === 'unknown' && inDoubt)
}

/**
 * Whether the past makes a rule fire for one more action of its own, by its definition: whole log, no state. Conditions on the
 * action itself are left out; tests choose rules without.
 */
export function naiveHistory({ policy, hash }: Rule, happenings: readonly Happening[], action: Action, place: Place): boolean {
  switch (policy.type) {
    case 'rate': {
      const { op = 'gt', value = 0, per = 'tree', of = '*', count = 'executed' } = policy
      const isPlace = ['turn', 'session', 'tree'].includes(per)
      const past = happenings.filter((each) => inScope(policy.scope ?? (isPlace ? per : 'tree'), each, place) && (isPlace || each.at > place.now - durationMs(per)))
        .flatMap((each) => (('actions' in each && (count === 'attempts' ? each.type === 'attempted' : each.type === 'executed' || each.type === 'changed')) ? each.actions.filter((one) => fits(one, each, of, policy.match)) : []))
      return (kindsOf(of) ?? []).includes(action.kind) && compare(op, past.length + 1, value)
    }
    case 'loop': {
      const { value = 4, op = 'ge', of = '*', within = '12 calls', scope = 'tree' } = policy
      const own = (each: Happening) => ('actions' in each ? done(each.actions.filter((one) => fits(one, each, of, undefined))) : '')
      const calls = happenings.filter((each) => each.type === 'executed' && inScope(scope, each, place)).slice(1 - Number.parseInt(within, 10))
      return (kindsOf(of) ?? []).includes(action.kind) && compare(op, calls.filter((each) => own(each) === done([action])).length + 1, value)
    }
    case 'cost': {
      const { op = 'ge', value = 0, every, scope = 'tree' } = policy
      const spent = happenings.filter((each) => each.type === 'settled' && inScope(scope, each, place)).reduce((sum, each) => sum + (each.type === 'settled' ? (each.money.microUsd ?? 0) : 0), 0)
      if (every === undefined) return compare(op, spent, value * 1e6)
      const allowed = happenings.flatMap((each) => (each.type === 'approved' && inScope(scope, each, place) ? each.rules.filter((rule) => rule.hash === hash) : [])).map((rule) => Math.floor((rule.value ?? 0) / (every * 1e6)))
      return Math.floor(spent / (every * 1e6)) > Math.max(0, ...allowed)
    }
    default: return naiveAfter({ policy, hash }, happenings, place)
  }
}

const done = (actions: readonly Action[]) => JSON.stringify(actions.map((action) => ({ ...action, createdByAgent: undefined })))

function naiveAfter({ policy, hash }: Pick<Rule, 'policy' | 'hash'>, happenings: readonly Happening[], place: Place): boolean {
  const { after, scope = 'tree' } = policy
  if (after === undefined) return true
  const [pattern] = Array.isArray(after) ? after : [after]
  const { cleared_by: cleared, since, ...rest } = pattern
  const [[subject, condition]] = Object.entries(rest) as [[string, { exit?: number }]]
  const { exit, ...match } = condition ?? {}
  const own = happenings.filter((each) => inScope(scope, each, place))
  const isRequired = policy.type === 'require'
  const mayBe = (one: Action) => one.kind === 'exec' && one.opaque !== undefined && /^(?:git|package|exec)/.test(subject) && !isRequired
  const happens = (each: Happening) => ('actions' in each && (exit === undefined ? each.type === 'executed' || each.type === 'changed' : each.type === 'result' && each.outcome === 'ok' && each.exitCode === exit && each.actions.filter(({ kind }) => kind === 'exec').length === 1) ? each.actions.some((one) => fits(one, each, subject, match, !isRequired) || mayBe(one)) : false)
  const takes = (each: Happening) => (cleared === 'approval' && each.type === 'followed' && each.rules.some((rule) => rule.hash === hash))
    || (since !== undefined && 'actions' in each && (each.type === 'executed' || each.type === 'changed') && each.actions.some((one) => fits(one, each, Object.keys(since)[0] ?? '', Object.values(since)[0] as object, isRequired) || (isRequired && one.kind === 'exec' && one.opaque !== undefined && /^(?:git|package|exec)/.test(Object.keys(since)[0] ?? ''))))
  const last = own.findLastIndex(happens)
  const holds = last >= 0 && !own.slice(last + 1).some(takes)
  return isRequired ? !holds : holds
}
