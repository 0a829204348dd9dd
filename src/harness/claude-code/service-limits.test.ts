import { expect, it } from 'vitest'
import { hopelessRetry, limitedByPlan, limitedByRate } from './service-limits.ts'

it('gives up on a key that is refused a second time', () => {
  const retry = { error: 'authentication_failed', error_status: 401 }
  expect(hopelessRetry({ ...retry, attempt: 1 })).toBeUndefined()
  expect(hopelessRetry({ ...retry, attempt: 2 })).toContain('401')
  expect(hopelessRetry({ error: 'overloaded', attempt: 2 })).toBeUndefined()
})

it('says until when calls are limited', () => {
  expect(limitedByRate({ error: 'rate_limit', retry_delay_ms: 1_500.5 }, 1_000)).toMatchObject({ resetAt: 2_501 })
  expect(limitedByRate({ error: 'overloaded', retry_delay_ms: 1_500 }, 1_000)).toBeUndefined()
  expect(limitedByPlan({ rate_limit_info: { status: 'rejected', resetsAt: 1_800_000_000, rateLimitType: 'five_hour' } })).toEqual({
    type: 'limited', message: 'The plan’s allowance is used up (five hour).', resetAt: 1_800_000_000_000,
  })
  expect(limitedByPlan({ rate_limit_info: { status: 'allowed_warning' } })).toBeUndefined()
})
