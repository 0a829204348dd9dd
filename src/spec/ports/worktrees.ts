import type { Box } from './box.ts'

/**
 * Work folders for child sessions: real linked worktrees of the user's repository (`git worktree list` shows them), each on a branch of
 * its own. The child's box covers `<worktree>/.git` with a private git directory: it sees its branch, its base, and the objects of the
 * repository, which it borrows to read; no other ref, no setting, no hook of the user's. Nothing outside a box runs with that directory:
 * what is in it is the agent's word. `collect` alone brings its commits into the user's repository.
 *
 * One call at a time on a worktree: that is the caller's business. Each method
 * @throws the signal's reason when it is aborted; {AppError} 'unavailable' when git does not run or fails on the user's own repository,
 * 'timeout' when it does not come to an end there, 'not_found' for a `state` that holds no worktree or whose repository is gone, 'forbidden' when the repository
 * borrows objects by now from a folder that the order did not name.
 */
export interface Worktrees {
  /** A branch name for a child that is free now: `omni/<tree>/<title>`, with the next free number where that is taken. */
  freeBranch(wish: BranchWish, signal?: AbortSignal): Promise<string>
  /**
   * Makes the worktree; copies no objects. Killed or aborted at any point, the same order again ends in the same state, on the commit that
   * was settled first. Once it is made, the same order gives the same answer.
   * @throws {AppError} 'not_found': no repository, or no such base; 'invalid': no commit yet, or a name or path that can not be;
   * 'conflict': the path or the branch is taken, or `state` holds another worktree; 'forbidden': the repository borrows objects from a
   * folder that the order does not name; 'unsupported': the repository needs a newer git.
   */
  make(order: WorktreeOrder, signal?: AbortSignal): Promise<MadeWorktree>
  /**
   * After a turn: takes the branch of the private directory over into the user's repository, and makes the worktree's own index fit,
   * so that `git status` of the user tells the truth there (what he had staged in that worktree is unstaged). Only commits that descend from the base are taken, whole and
   * checked (`transfer.fsckObjects`); the branch may have been rewritten above the base. Work that is not committed stays as it is, and is told.
   */
  collect(place: WorktreePlace, signal?: AbortSignal): Promise<Collected>
  /** What the branch, as collected, changes since it left its base. Attributes of the agent's making do not hide anything. */
  diff(request: DiffRequest, signal?: AbortSignal): Promise<WorktreeDiff>
  /**
   * Removes the worktree and its private directory, and the branch where it has no commit beyond its base. Killed in the middle,
   * the next call goes on; where nothing is left it says removed. Never removes a folder that does not lead to this worktree.
   */
  remove(request: RemoveRequest, signal?: AbortSignal): Promise<Removed>
  /** Every worktree whose `state` lies directly in `folder`, half made and half removed ones too, by path of the state. Runs no git. */
  list(folder: string): Promise<readonly KnownWorktree[]>
}

export interface BranchWish {
  /** Must reach the repository. */
  readonly box: Box
  readonly repository: string
  /** What tells the session tree, and what the child is for: any text, also a hostile one. */
  readonly tree: string
  readonly title: string
}

export interface WorktreePlace {
  /**
   * All git runs in it: a box of ours, never the agent's. It must show `state`, the repository (its common git directory, and its work
   * folder) and the worktree, or the folder that this will be made in, all to write; and what the repository borrows from, to read.
   */
  readonly box: Box
  /** Absolute path of a folder of ours for this worktree alone, outside of it; made when missing. No box may show more of it than `gitDir` and `gitFile`. */
  readonly state: string
}

export interface WorktreeOrder extends WorktreePlace {
  /** Any folder in the user's repository, absolute. */
  readonly repository: string
  /** The new worktree, absolute; its folder must be there, itself not. */
  readonly path: string
  /** As `freeBranch` gives it. */
  readonly branch: string
  /** Ref or commit; default is the HEAD of the checkout that `repository` is in. */
  readonly base?: string
  /**
   * Object folders outside of the repository that it may borrow from. An agent may have written `objects/info/alternates`, and what that names
   * is shown in the child's box: so whoever orders must know them.
   */
  readonly mayBorrow?: readonly string[]
  /** Whom the child's commits are by; without one, git in its box asks for one. */
  readonly identity?: { readonly name: string; readonly email: string }
}

export interface MadeWorktree {
  readonly path: string
  readonly branch: string
  /** The commit it starts from. */
  readonly base: string
  /** To be shown in the child's box as `<path>/.git`, to read. */
  readonly gitFile: string
  /** The private git directory: shown in the child's box under the same path, to write. */
  readonly gitDir: string
  /** Object folders that the child's box must show to read, under the same paths. */
  readonly objects: readonly string[]
  /** The user has changes that are not committed: the child does not have them. */
  readonly hadChanges: boolean
  /** Sentences for people: what of the repository the worktree does not have. */
  readonly notes: readonly string[]
}

export type Collected =
  | {
    readonly type: 'collected'
    /** Where the branch is now, in the user's repository too. */
    readonly head: string
    /** Commits beyond the base. */
    readonly ahead: number
    readonly changed: ChangedFiles
    /** Absent: it could not be told, and `notes` say why. */
    readonly uncommitted?: UncommittedWork
    readonly notes: readonly string[]
  }
  /** Nothing of the user's has changed. */
  | { readonly type: 'refused'; readonly reason: CollectRefusal; readonly detail: string }

/**
 * `branch-gone`: the child's directory has no such branch any more; `branch-unreadable`: it is a link, leads to another ref, or is no commit's name;
 * `objects-unreadable`: its object folder is none; `unrelated`: it does not descend from the base; `broken`: objects are missing,
 * damaged, or such as git does not take from strangers; `too-large`: more than is taken at once, or git did not come to an end;
 * `moved`: somebody else has moved or removed the branch in the user's repository.
 */
export type CollectRefusal = 'branch-gone' | 'branch-unreadable' | 'objects-unreadable' | 'unrelated' | 'broken' | 'too-large' | 'moved'

/** Compared with the base. */
export interface ChangedFiles {
  readonly files: number
  /** Lines; binary files count none. */
  readonly added: number
  readonly removed: number
  /** The first thousand, ascending; bytes that are no UTF-8 show as U+FFFD. */
  readonly paths: readonly string[]
}

export interface UncommittedWork {
  readonly files: number
  /** The first hundred; a folder that is new as a whole ends in `/`. */
  readonly paths: readonly string[]
}

export interface DiffRequest extends WorktreePlace {
  /** Of `text`. Default 1 MiB. */
  readonly maxBytes?: number
  /** In `text`. Default 300. */
  readonly maxFiles?: number
}

export interface WorktreeDiff {
  readonly base: string
  readonly head: string
  /** Names all files with their bytes: what a review is bound to. */
  readonly baseTree: string
  readonly headTree: string
  readonly changed: ChangedFiles
  /** Unified, without colours; names as git quotes them, in ASCII; bytes that are no UTF-8 show as U+FFFD. The lines are the agent's: show them as text. */
  readonly text: string
  /** True when `text` does not show all of `changed`. */
  readonly isCut: boolean
}

export interface RemoveRequest extends WorktreePlace {
  /** Keeps the branch also where it has no commit. */
  readonly keepBranch?: boolean
  /** Work that is in no commit, and commits that were not collected, are given up. */
  readonly force?: boolean
}

export type Removed =
  | { readonly type: 'removed'; /** True when a branch with this name is left. */ readonly hasBranch: boolean }
  | { readonly type: 'refused'; readonly reason: 'uncommitted' | 'uncollected' | 'unreadable' | 'not-ours' | 'locked'; readonly detail: string }

export interface KnownWorktree {
  readonly state: string
  readonly path: string
  readonly branch: string
  /** The common git directory of the user's repository. */
  readonly repository: string
  readonly stage: 'making' | 'made' | 'removing'
  /** Of the worktree: `other` is one that does not lead to this worktree; it is never touched. */
  readonly folder: 'there' | 'gone' | 'other'
  /** As last collected. */
  readonly head: string
}
