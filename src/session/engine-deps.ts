import type { BoxCeiling } from '../spec/agent/box-ceiling.ts'
import type { ServerPolicies } from '../policy/server-policies.ts'
import type { Prices } from '../spec/money/price-table.ts'
import type { Clock, Ids } from '../spec/ports/clock.ts'
import type { ProjectGrants } from '../spec/ports/project-grants.ts'
import type { BlobStore, SessionIndex, SessionStore, SignedHead } from '../spec/ports/session-store.ts'
import type { Lane } from './state/tree-state.ts'
import type { Abilities } from './transaction.ts'

/** What the engine is given. */
export interface EngineDeps {
  readonly store: SessionStore
  readonly index: SessionIndex
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly ids: Ids
  /** The server's policies as they are now: asked again for every decision. */
  policies(): ServerPolicies
  /** The most that any session may have, as it is now; none: no limit. */
  boxCeiling?(): BoxCeiling | undefined
  /** What model calls are priced with when they are recorded. */
  readonly prices: Prices
  /** This server's id, for hosts. */
  readonly server: string
  abilities(harness: string): Abilities | undefined
  /** Whether the session may start its program here: a person allowed what its agent asks for. A log's word is not enough. */
  trusts(subject: Pick<Lane, 'session' | 'agent' | 'workspace'>): boolean
  /** SHA-256 of the project's own hooks and servers that a person trusted for the session. */
  trustedProject(session: string): string | undefined
  /** What was allowed for whole projects. */
  readonly projectGrants: ProjectGrants
  /** Signs a head; absent where no key is at hand. */
  sign?(head: { tree: string; seq: number; hash: string; at: number }): SignedHead
  /** Reports what no caller is waiting for. */
  report(problem: string, cause: unknown): void
}
