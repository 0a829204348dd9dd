import type { Condition } from '../../spec/policy/condition.ts'
import type { AfterPattern, Policy } from '../../spec/policy/policy-schema.ts'
import { kindsOf } from '../../spec/policy/subjects.ts'
import { durationMs } from '../../spec/policy/words.ts'
import type { Action } from '../../spec/actions.ts'
import type { Happening, HappeningOf } from '../happening.ts'
import { type ByScope, type History, keepScopes, type Moment, scopeKey } from '../history.ts'
import type { Truth } from '../truth.ts'
import { type Matcher, matcherOf } from './matcher.ts'

interface Seen {
  /** Per pattern: when it happened last and was not taken back since. */
  readonly last: ({ at: number; seq: number; call: number } | null)[]
  /** Calls that ran in this scope. */
  calls: number
}

/** A pattern of what happened, with what takes it back. */
interface Pattern {
  readonly happened: Test
  readonly takenBack: readonly Test[]
  readonly clearedByApproval: boolean
}
type Test = (happening: Happening) => boolean

/**
 * `after`: something has happened, and nothing took it back since. In doubt a restriction holds: for most policies what may
 * have happened has happened; for `require`, which lifts one, it has not.
 * @param hash of the rule, by which an approval of it is known
 */
export function afterHistory(policy: Policy, hash: string): History<ByScope<Seen>> {
  const { scope = 'tree', within } = policy
  const isRequired = policy.type === 'require'
  const patterns = [policy.after ?? []].flat().map((each) => readPattern(each, policy, isRequired))
  const isRecent = recency(within)
  const fresh = (): Seen => ({ last: patterns.map(() => null), calls: 0 })
  return {
    start: () => ({}),
    advance(state, happening) {
      keepScopes(state, happening)
      const key = scopeKey(scope, happening)
      if (happening.type === 'executed' && happening.request === undefined) (state[key] ??= fresh()).calls += 1
      for (const [index, { happened, takenBack, clearedByApproval }] of patterns.entries()) {
        const isTakenBack = takenBack.some((test) => test(happening)) || (clearedByApproval && happening.type === 'followed' && happening.rules.some((rule) => rule.hash === hash))
        const seen = state[key]
        if (isTakenBack && seen !== undefined) seen.last[index] = null
        if (!happened(happening)) continue
        const now = (state[key] ??= fresh())
        now.last[index] = { at: happening.at, seq: happening.seq, call: now.calls }
      }
    },
    test(state, moment) {
      const seen = state[scopeKey(scope, moment.occasion)] ?? fresh()
      const found = patterns.map((pattern, index) => {
        const last = seen.last[index] ?? null
        // What this request's own call did is no past of it: that was judged when the call was.
        const past = last !== null && last.seq !== moment.gate?.seq && isRecent(last, { at: moment.occasion.at, call: seen.calls + 1 })
        const { happens, takes } = inThisCall(pattern, moment, isRequired)
        const holds = happens || (past && !takes)
        return { holds, because: holds && past && last !== null ? [last.seq] : [] }
      })
      const holds = isRequired ? found.every((each) => each.holds) : found.some((each) => each.holds)
      return { truth: isRequired ? !holds : holds, because: found.flatMap((each) => each.because) }
    },
  }
}

/** What earlier actions of the same call do to a pattern: they have no result yet. */
function inThisCall({ happened, takenBack }: Pattern, { before, occasion }: Moment, isRequired: boolean): { happens: boolean; takes: boolean } {
  const actions = before.map(({ action }) => action)
  if (actions.length === 0) return { happens: false, takes: false }
  const executed: Happening = { type: 'executed', call: '', actions, seq: 0, ...occasion }
  return { happens: !isRequired && happened(executed), takes: takenBack.some((test) => test(executed)) }
}

function recency(within: string | undefined): (last: { at: number; call: number }, now: { at: number; call: number }) => boolean {
  if (within === undefined) return () => true
  if (within.endsWith('calls')) {
    const calls = Number.parseInt(within, 10)
    return (last, now) => now.call - last.call <= calls
  }
  const ms = durationMs(within)
  return (last, now) => now.at - last.at <= ms
}

function readPattern(pattern: AfterPattern, policy: Policy, isRequired: boolean): Pattern {
  const { cleared_by: cleared, since, ...rest } = pattern
  const takenBack = [cleared === 'approval' ? undefined : cleared, since, policy.since].filter((each) => each !== undefined)
  return {
    happened: occurrence(rest, !isRequired),
    takenBack: takenBack.map((each) => occurrence(each, isRequired)),
    clearedByApproval: cleared === 'approval',
  }
}

/** @param inDoubt whether what may have happened counts */
function occurrence(pattern: Readonly<Record<string, unknown>>, inDoubt: boolean): Test {
  const subject = Object.keys(pattern)[0] ?? ''
  const given = pattern[subject]
  const { exit, failed, ...condition } = (given ?? {}) as Condition & { exit?: number | { eq?: number; ne?: number }; failed?: boolean } // Proof: the schema of `Occurrence`.
  const matches = matcherOf(kindsOf(subject) ?? [], condition)
  const counts = (truth: Truth) => truth === true || (truth === 'unknown' && inDoubt)
  if (exit === undefined && failed === undefined) {
    return (happening) => (happening.type === 'executed' || happening.type === 'changed') && happening.actions.some((action) => counts(matches(action, happening) === false && isOpaque(action) && mayBe(subject) ? 'unknown' : matches(action, happening)))
  }
  return (happening) => happening.type === 'result' && happening.outcome !== 'denied' && happening.actions.some((action) => counts(withResult(matches, action, happening, { exit, failed })))
}

/** A line that cannot be read may have done anything a command does. */
const isOpaque = (action: Action) => action.kind === 'exec' && (action.opaque?.length ?? 0) > 0
const mayBe = (subject: string) => /^(?:git|package|exec)(?:\.|$)/.test(subject)

function withResult(matches: Matcher, action: Action, happening: HappeningOf<'result'>, { exit, failed }: { exit: number | { eq?: number; ne?: number } | undefined; failed: boolean | undefined }): Truth {
  const commands = happening.actions.filter((each) => each.kind === 'exec' && each.argv?.[0] !== 'cd')
  // A line's exit code is that of its last command, or none in particular.
  const isSole = action.kind !== 'exec' || commands.length <= 1
  const code = isSole ? happening.exitCode : undefined
  const wrong = happening.outcome === 'unknown' || !isSole ? 'unknown' : happening.outcome !== 'ok' || (code !== undefined && code !== 0)
  const results: Truth[] = [matches(action, happening)]
  if (failed !== undefined) results.push(wrong === 'unknown' ? 'unknown' : wrong === failed)
  if (exit !== undefined) results.push(exitTruth(exit, code ?? (isSole && happening.outcome === 'ok' ? 0 : undefined)))
  return results.includes(false) ? false : results.includes('unknown') ? 'unknown' : true
}

function exitTruth(wanted: number | { eq?: number; ne?: number }, code: number | undefined): Truth {
  if (code === undefined) return 'unknown'
  if (typeof wanted === 'number') return code === wanted
  return (wanted.eq === undefined || code === wanted.eq) && (wanted.ne === undefined || code !== wanted.ne)
}
