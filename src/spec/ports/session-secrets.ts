import type { AgentSpec } from '../agent/agent-spec.ts'
import type { SecretUse } from '../net/net-request.ts'
import type { Secret } from '../net/secret.ts'

/** A secret that a session may use. Its value is for the gateway alone. */
export interface SessionSecret extends Secret {
  /** Variables that get the stand-in. */
  readonly env: readonly string[]
  /** How a policy puts it into a request, one entry for each of `hosts`. */
  readonly uses: readonly { readonly host: string; readonly use: SecretUse }[]
}

/**
 * Finds the secrets that an agent asks for, all of them. The stand-ins of a session are the same each time.
 * @throws {AppError} 'invalid' or 'unavailable' with everything that is wrong, and never a value
 */
export type FindSecrets = (session: string, asked: AgentSpec['secrets']) => Promise<{ readonly secrets: readonly SessionSecret[]; readonly warnings: readonly string[] }>
