import type { Verdict } from '../../spec/ports/harness.ts'
import { records, text } from '../json-program.ts'

/** What `session/request_permission` is answered when the turn is being stopped or nobody can answer. */
export const cancelled = { outcome: { outcome: 'cancelled' } } as const

/**
 * The option that says a verdict, chosen by `kind`: ids and names are each program's own. Only answers for this one call
 * count: an `allow_always` would take later calls away from the gate. Without a fitting option the call is not run, nor
 * with several: that is a question to a person in the guise of a permission, and any of them would be an invented answer.
 */
export function permissionAnswer(options: unknown, verdict: Verdict): object {
  const kind = verdict.type === 'allow' ? 'allow_once' : 'reject_once'
  const [chosen, ...others] = records(options).filter((option) => option['kind'] === kind)
  return chosen === undefined || others.length > 0 ? cancelled : { outcome: { outcome: 'selected', optionId: text(chosen['optionId']) } }
}

