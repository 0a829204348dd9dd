import type { SeenRequest } from '../../data/request-log.ts'

interface Look {
  readonly word: string
  readonly className: string
}

const verdictLooks: Readonly<Record<SeenRequest['verdict'], Look>> = {
  allowed: { word: 'allowed', className: 'text-green' },
  denied: { word: 'denied', className: 'text-amber' },
  asking: { word: 'needs you', className: 'text-amber' },
  withdrawn: { word: 'given up', className: 'text-ink-3' },
}
export const lookOf = ({ isAlert, verdict }: SeenRequest): Look => (isAlert ? { word: 'alert', className: 'text-red' } : verdictLooks[verdict])

/** Who decided, in a few words. */
export function deciderOf({ by, answer, answeredBy, verdict }: SeenRequest): string {
  if (verdict === 'asking') return 'waits for a person'
  if (verdict === 'withdrawn') return 'the program did not wait for an answer'
  if (answer === 'expired') return 'nobody answered in time'
  if (answer !== undefined) return `a person${answeredBy === undefined || answeredBy === 'local' ? '' : `, ${answeredBy}`}`
  return { policy: 'policies', table: 'policies, at the gateway', gateway: 'the gateway', kept: 'a person, before it was sent again' }[by]
}
