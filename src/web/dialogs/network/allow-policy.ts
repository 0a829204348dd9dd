import { requestAddress } from '../../../spec/view/request-text.ts'
import type { SeenRequest } from '../../data/request-log.ts'
import { suggestName } from '../policy-form/suggest-name.ts'
import type { WrittenPolicy } from '../policy-form/write-policy.ts'

/** The policy that allows exactly such requests: this method at this address. @param taken names that others have */
export function allowPolicy(request: SeenRequest, taken: readonly string[]): WrittenPolicy {
  const policy = { type: 'network', match: { url: literal(requestAddress(request)), method: literal(request.method) }, action: 'allow' }
  return { name: suggestName(policy, taken), ...policy }
}

/** What would be a pattern stands for itself: `?` is the narrowest pattern for it. */
const literal = (text: string): string => text.replaceAll(/[*{}]/g, '?')

/** Whether a policy has a say in it at all: what a gateway refuses by its own checks nobody can allow. */
export const isForPolicies = ({ by, verdict, approval, isAlert }: SeenRequest): boolean => !isAlert && (by === 'policy' || by === 'table') && (verdict === 'denied' || verdict === 'asking' || approval !== undefined)

/** Rules of other levels that held it up: nothing that is added to a session lifts those. */
export const rulesAbove = ({ rules }: SeenRequest): readonly string[] => rules.filter(({ rule, verdict }) => (verdict === 'ask' || verdict === 'deny') && !rule.startsWith('session/')).map(({ rule }) => rule)
