/** What the reader has to know of the machine. `key` is stable, so that answers can be looked up. */
export type ShellNeed =
  | { readonly key: string; readonly type: 'file'; readonly path: string }
  /** The configuration that git sees there; `gitDir` and `workTree` when the line names them. */
  | { readonly key: string; readonly type: 'git'; readonly cwd: string; readonly gitDir?: string; readonly workTree?: string }

export type ShellFact =
  | { readonly type: 'file'; readonly text: string; readonly sha256: string }
  /** `git config --list`: keys lower-cased but for sub-sections, in order. `branch` is the one checked out. */
  | { readonly type: 'git'; readonly config: readonly (readonly [string, string])[]; readonly branch?: string }
  /** `missing` and `binary` are told apart by these very words; too large, not readable, no repository in any. */
  | { readonly type: 'absent'; readonly reason: string }

export type ShellFacts = ReadonlyMap<string, ShellFact>

/** Where a line runs: absolute paths. */
export interface ShellPlace {
  readonly cwd: string
  readonly home: string
}
