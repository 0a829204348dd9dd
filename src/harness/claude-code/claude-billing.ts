import type { Billing } from '../../spec/events/turn-data.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'

/** Where these are set its calls go to another place than its maker's, or with a token of their own. */
const elsewhere = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN']

/**
 * Who pays for its calls: without a key they go over the sign-in of a subscription. Undefined where it is not certain.
 * @param keySource as the program's `init` says it: `none` or `oauth`, or where its key is from
 */
export function claudeBilling(keySource: string, { env, route }: Pick<HarnessContext, 'env' | 'route'>): Billing | undefined {
  if (keySource === '') return undefined
  if (keySource !== 'none' && keySource !== 'oauth') return 'metered'
  return route !== undefined || elsewhere.some((name) => (env[name] ?? '') !== '') ? undefined : 'plan'
}
