import type { Billing } from '../spec/events/turn-data.ts'
import type { Credential } from '../spec/ports/host-link.ts'

/**
 * Who pays for the calls of a program that signs in with this; undefined where nobody can tell, which counts as metered. That
 * a subscription does is believed only of a program that says so and was given nothing else to sign in with: a call that is
 * wrongly taken for one of a plan would count against no limit.
 * @param said what the program says
 */
export function billingOf({ kind, from }: Credential, said: Billing | undefined): Billing | undefined {
  switch (kind) {
    case 'gateway': case 'saved': return 'metered'
    // A token, other than a key, may be that of a subscription.
    case 'environment': return from.split(', ').every((name) => name.endsWith('_KEY')) ? 'metered' : only('metered', said)
    case 'login': case 'none': case 'unknown': return said
    case 'none-needed': return undefined
    default: return assertNever(kind)
  }
}

const only = (wanted: Billing, said: Billing | undefined): Billing | undefined => (said === wanted ? said : undefined)

function assertNever(value: never): never {
  throw new TypeError(`unexpected credential ${String(value)}`)
}
