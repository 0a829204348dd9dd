import type { HarnessSignal } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, text } from '../json-program.ts'

type Limited = Extract<HarnessSignal, { type: 'limited' }>

/** Asked again, these come out the same: a person has to do something. */
const hopeless = new Set(['authentication_failed', 'oauth_org_not_allowed', 'account_on_hold', 'verification_required', 'billing_error'])

/**
 * Why it is no use to wait for a call that the program wants to make again (`api_retry`); undefined when it is. The first time
 * may be a token that has just run out, which the program renews.
 */
export function hopelessRetry(retry: JsonRecord): string | undefined {
  const error = text(retry['error'])
  if (!hopeless.has(error) || retry['attempt'] === 1) return undefined
  return `The model service refuses the calls (${String(retry['error_status'])}, ${error.replaceAll('_', ' ')}).`
}

/** A call is made again later, for the service limits its rate. @param now epoch milliseconds */
export function limitedByRate(retry: JsonRecord, now: number): Limited | undefined {
  if (retry['error'] !== 'rate_limit') return undefined
  const delay = retry['retry_delay_ms']
  return { type: 'limited', message: 'The model service limits the rate of calls; the program asks again.', ...(typeof delay === 'number' ? { resetAt: Math.round(now + delay) } : {}) }
}

/** A plan's allowance is used up (`rate_limit_event`, for people who sign in with a plan; times in seconds). */
export function limitedByPlan(event: JsonRecord): Limited | undefined {
  const info = record(event['rate_limit_info'])
  if (info['status'] !== 'rejected') return undefined
  const reset = info['resetsAt']
  const kind = text(info['rateLimitType']).replaceAll('_', ' ')
  return { type: 'limited', message: `The plan’s allowance is used up${kind === '' ? '' : ` (${kind})`}.`, ...(typeof reset === 'number' ? { resetAt: reset * 1_000 } : {}) }
}
