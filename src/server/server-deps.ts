import type { Level } from '../spec/policy/words.ts'
import type { Problem } from '../spec/yaml/problem.ts'
import type { ProfileName } from '../spec/agent/words.ts'
import type { AgentList, CreateSession, ServerStatus } from '../spec/api/http.ts'
import type { ServerPolicyState } from '../spec/api/policies.ts'
import type { PinnedAgent } from '../spec/events/session-data.ts'
import type { TrustAnswer, TrustCard } from '../spec/trust/trust-card.ts'
import type { Clock, Ids } from '../spec/ports/clock.ts'
import type { BlobStore, SessionIndex, SessionStore } from '../spec/ports/session-store.ts'
import type { SessionEngine } from '../session/engine.ts'

/** The agents this server knows, and how a request becomes a pinned one. */
export interface AgentSource {
  list(): Promise<AgentList['agents']>
  /** @throws {AppError} 'invalid', 'not_found', 'unsupported' with what to do. */
  resolve(request: Pick<CreateSession, 'agent' | 'harness' | 'model' | 'sandbox' | 'workspace'>): Promise<{ agent: PinnedAgent; harness: string; sandbox: ProfileName; model?: string; notices: readonly string[] }>
  /** The id that hosts and the log use, for one that a person wrote: `acp:goose` is `goose`. @throws {AppError} 'unsupported' for one that is not known. */
  harness(id: string): string
}

/** A session and what it runs. */
export interface TrustSubject {
  readonly session: string
  readonly agent: PinnedAgent
  readonly workspace: { readonly path: string }
}

/** Where a person says yes to what an agent asks for beyond its workspace. */
export interface TrustDesk {
  /** True when the session may start its program: it asks for nothing, or a person allowed it. Reads a small file. */
  trusts(subject: TrustSubject): boolean
  /** What a person has still to allow; undefined when nothing. */
  missing(subject: TrustSubject): Promise<TrustCard | undefined>
  /** A person's answer, or none. @throws {AppError} 'untrusted' with the card when something is missing and this is no yes to it. */
  answer(subject: TrustSubject, answer: TrustAnswer | undefined): Promise<void>
  /**
   * The same for a new session, with what its work folder would have programs run by themselves: that is left out, and said in the
   * notices it answers, unless a person trusts it. `ask` puts it on the card.
   */
  admit(subject: TrustSubject, answer: TrustAnswer | undefined, ask: boolean): Promise<readonly string[]>
  /** SHA-256 of the project's own parts that the session may run. */
  trustedProject(session: string): string | undefined
  /** A fork keeps what its source was given. */
  inherit(from: string, to: string): Promise<void>
  forget(session: string): Promise<void>
}

/** The policies that the server has every session keep to, and where a person changes them. */
export interface PolicyDesk {
  state(): ServerPolicyState
  /** Everything that is wrong with a policy file's text; none: it can be used. */
  problems(text: string, level: Level): Promise<readonly Problem[]>
  /**
   * Puts a whole list, as a policy file, in place of the server's own, at once and for good.
   * @throws {AppError} 'invalid' with every problem; nothing is changed then.
   */
  replace(text: string): Promise<ServerPolicyState>
}

/** Moving whole trees in and out as text lines. */
export interface Transfer {
  exportTree(tree: string): AsyncIterable<string>
  /** @throws {AppError} 'invalid' listing every problem with its line; nothing is kept then. */
  importTree(lines: AsyncIterable<string>): Promise<{ tree: string; session: string; events: number }>
}

export interface ServerDeps {
  readonly engine: SessionEngine
  readonly store: SessionStore
  readonly index: SessionIndex
  readonly blobs: BlobStore
  readonly agents: AgentSource
  readonly trust: TrustDesk
  readonly policies: PolicyDesk
  readonly transfer: Transfer
  readonly clock: Clock
  readonly ids: Ids
  /** The install token. */
  readonly token: string
  /** `host:port` values that the Host header may have; the same with `http://` are the allowed Origins. */
  readonly hosts: readonly string[]
  readonly status: () => Omit<ServerStatus, 'live'>
  /** Folder of the built page; undefined when it was not built. */
  readonly webDir?: string
  report(error: unknown): void
}

/** Counters that the server keeps of its own connections. */
export interface LiveCounts {
  sockets: number
  streams: number
}
