import type { Box } from './box.ts'

/** Opens work folders: who looks at one sees what changed in it, keeps its states and goes back to them. */
export interface Workspaces {
  /**
   * One opening per session at a time; any number of sessions may share a work folder. What an earlier opening of the same
   * session left behind, also one that was killed, is taken over.
   * @throws {AppError} 'not_found' when the work folder is not there; 'unavailable' when git does not run or the shadow folder refuses.
   */
  open(place: WorkspacePlace): Promise<Workspace>
}

export interface WorkspacePlace {
  /** All git runs in it. It must reach `workspace` (to write: only for `restore`) and `shadow`. */
  readonly box: Box
  /** Absolute path of the work folder, a repository or not. */
  readonly workspace: string
  /** Absolute path of the session's private folder: tells sessions apart. */
  readonly home: string
  /** Absolute path of the folder of all shadow repositories (`~/.omnigent/checkpoints`): no agent may write there. Made when missing. */
  readonly shadow: string
  /** Further paths whose changes must be seen although the project ignores them (`.env`); a folder ends in `/`. Seen, not restored. */
  readonly watch?: readonly string[]
}

/**
 * A work folder with its history, which lives in a shadow repository outside of it. The user's own repository is only read.
 *
 * Covered is every file and symlink that the project's own rules (`.gitignore`, `.git/info/exclude`) do not ignore, with its bytes and
 * its executable bit. What a program writes into a file that it holds mapped into its memory may be seen late. Not covered: what `notCovered` lists, and never listed: empty folders, FIFOs, sockets, devices, other
 * permissions, times, owners. Of a repository's own `.git` folder the parts that run programs are watched: their changes are
 * seen, and never restored.
 *
 * Every method waits for the one before, rejects with the signal's reason when it is aborted, and otherwise
 * @throws {AppError} 'too_large' when the folder has too many files; 'timeout' when git does not come to an end (a FIFO named
 * `.gitignore` does that); 'unavailable' when git fails or the workspace is closed. Nothing is half recorded then.
 */
export interface Workspace {
  /** Keeps the state as it is now. Costs little when nothing changed. */
  checkpoint(label: string, signal?: AbortSignal): Promise<Checkpoint>
  /**
   * What changed since the last call, whoever did it; what `restore` wrote is not news. The first call counts from the first
   * look of this opening, which may be itself: then it is empty. A touched file with the same bytes has not changed.
   */
  changes(signal?: AbortSignal): Promise<FileChanges>
  /**
   * `changes`, and a checkpoint of that very look, so that the folder is walked once: where something changed, and `always` when asked.
   */
  keep(label: string, always: boolean, signal?: AbortSignal): Promise<KeptChanges>
  /** What changed since a checkpoint. Does not touch what `changes` counts from. @throws {AppError} 'not_found' */
  changesSince(checkpoint: string, signal?: AbortSignal): Promise<FileChanges>
  /**
   * Takes the named paths back to `to`. Each only where the file still is what `left` says: the later checkpoint that holds what this
   * session left there. Anything else stays as it is and comes back as a conflict. Nothing outside the work folder is touched.
   * Killed in the middle, some paths are back and others not: `before` is among the checkpoints then.
   * @throws {AppError} 'not_found' for an unknown checkpoint; 'invalid' for a path that is not relative to the work folder. Nothing is changed then.
   */
  restore(request: RestoreRequest, signal?: AbortSignal): Promise<RestoreResult>
  /** Every checkpoint of this work folder, of all sessions, oldest first. */
  checkpoints(): Promise<readonly Checkpoint[]>
  /** Drops the checkpoints, of all sessions, for which `keep` is false, and frees the disk of what is older than an hour. Returns how many. */
  prune(keep: (checkpoint: Checkpoint) => boolean, signal?: AbortSignal): Promise<number>
  /** Resolves when the operation under way is over. Checkpoints stay. */
  close(): Promise<void>
}

export interface Checkpoint {
  /** Unique in the shadow repository, over restarts. */
  readonly id: string
  readonly label: string
  /** Epoch milliseconds. */
  readonly at: number
  /** Hash of all covered files: equal trees, equal files. */
  readonly tree: string
  /** Which session made it. */
  readonly home: string
  /** Of the user's repository at that time; absent: there is none, or it could not be read. */
  readonly repository?: { readonly branch?: string; readonly head?: string; readonly indexTree?: string }
  readonly notCovered: readonly NotCovered[]
}

export interface FileChange {
  /** Relative to the work folder, `/` between names. Bytes that are no UTF-8 show as U+FFFD: such a path can not be restored. */
  readonly path: string
  readonly kind: 'created' | 'modified' | 'deleted'
  /** Size now, where known. */
  readonly bytes?: number
}

export interface FileChanges {
  /** Ascending by path. */
  readonly files: readonly FileChange[]
  /** True when there were more changes than are listed. */
  readonly truncated: boolean
  readonly notCovered: readonly NotCovered[]
}

export interface KeptChanges extends FileChanges {
  readonly checkpoint?: Checkpoint
}

export interface NotCovered {
  /**
   * `git-name`: a name that git keeps for itself. Of that and of what is `too-large` it is seen that it changed; of a `nested-repository`
   * that it came or went. `ignored` is told once an opening, with checkpoints, and by `changesSince`.
   */
  readonly reason: 'ignored' | 'nested-repository' | 'too-large' | 'special' | 'unreadable' | 'git-name'
  readonly count: number
  /** The first ones; a folder ends in `/` and stands for all in it. */
  readonly paths: readonly string[]
}

export interface RestoreRequest {
  /** Id of the checkpoint to go back to. */
  readonly to: string
  readonly paths: readonly { readonly path: string; /** Id of a checkpoint. */ readonly left: string }[]
}

export interface RestoreResult {
  readonly restored: readonly string[]
  /** Were as in `to` already. */
  readonly unchanged: readonly string[]
  readonly conflicts: readonly RestoreConflict[]
  /** The states before and after; equal trees when nothing was restored. */
  readonly before: Checkpoint
  readonly after: Checkpoint
}

export interface RestoreConflict {
  readonly path: string
  /** `changed`: not what this session left; `in-the-way`: something else stands on the path or above it; `not-covered`: no checkpoint has it. */
  readonly reason: 'changed' | 'in-the-way' | 'not-covered'
}
