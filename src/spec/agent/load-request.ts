import type { Problem } from '../yaml/problem.ts'
import type { Place } from '../yaml/source-text.ts'
import type { AgentSpec } from './agent-spec.ts'
import type { AgentFileKind } from './foreign/detect-kind.ts'
import type { ForeignDialects } from './foreign/foreign-dialects.ts'
import type { ParamSpec } from './read-params.ts'

/**
 * Everything the loader gets from outside. It reads files through `readFile` only, and neither runs nor imports anything.
 *
 * The reader's duty: paths are absolute, normalised, with `/`. `..` and absolute paths in agent files are resolved here, by text,
 * and refused where they leave `folders`; **symbolic links are not seen here**. So the reader must resolve the real path and refuse
 * (AppError 'forbidden') a file whose real path leaves the folder that its path says it is in. It should stop reading after 256 KiB + 1.
 */
export interface LoadRequest {
  /** Absolute path of the agent file, or of a folder with `agent.yaml`. */
  readonly path: string
  /** Undefined when there is no such file (or it is a folder). @throws {AppError} when it may not or cannot be read. */
  readonly readFile: (path: string) => Promise<Uint8Array | string | undefined>
  /** Names in a folder, for "did you mean"; empty when it does not exist. */
  readonly readDir?: (path: string) => Promise<readonly string[]>
  /** Only looked at to tell whether `${VAR}` is set; no value reaches the resolved agent. */
  readonly environment: Readonly<Record<string, string>>
  readonly knownHarnesses: readonly KnownHarness[]
  /** Names of other tools, for their agent files; without it Markdown is refused. */
  readonly foreign?: ForeignDialects
  /** Without it models are not checked. */
  readonly models?: readonly ModelFamily[]
  /** Where `{agent: name}` looks after the `agents/` folder beside the file, in order. Absolute paths. */
  readonly agentFolders?: readonly string[]
  /**
   * Folders besides the agent's own (and `agentFolders`) whose files may be read: the workspace. A reference that leads
   * anywhere else is refused without reading, until a person can be asked: a prompt made of somebody's private file would go to a model.
   */
  readonly folders?: readonly string[]
  /** Values for parameters of the root agent (`--param k=v`). */
  readonly params?: Readonly<Record<string, string>>
}

/** A harness id that files may name, here or not. `prefix:*` stands for every id that starts with `prefix:`. */
export interface KnownHarness {
  readonly id: string
  /** False: files may name it, but a run refuses. */
  readonly available: boolean
  /** Vendors whose models it can reach; undefined: any. */
  readonly vendors?: readonly string[]
}

/** Model ids and aliases known to belong to a vendor; a name may end in `*`. */
export interface ModelFamily {
  readonly vendor: string
  readonly names: readonly string[]
}

export interface LoadedAgent {
  readonly ok: true
  /** How the file is written. Of a foreign one the warnings of code `foreign` are all that was not carried. */
  readonly kind: AgentFileKind
  /** Plain JSON, complete: what a session pins. */
  readonly agent: AgentSpec
  /** SHA-256 of the agent's canonical JSON (RFC 8785), lower-case hex. */
  readonly hash: string
  readonly warnings: readonly Problem[]
  /** Where each value of `agent` was written, by its path (`sub_agents[0].harness`). What is not in it is a default. */
  readonly sources: AgentSources
  /** Absolute path of the folder the agent file is in. */
  readonly folder: string
}

export interface RejectedAgent {
  readonly ok: false
  /** All of them, sorted by file and place. Only `open-parameter` ones: nothing is wrong, but values are needed. */
  readonly problems: readonly Problem[]
  /** Parameters that somebody has to give a value. */
  readonly openParams: readonly ParamSpec[]
}

export type LoadResult = LoadedAgent | RejectedAgent
export type AgentSources = Readonly<Record<string, Place>>
