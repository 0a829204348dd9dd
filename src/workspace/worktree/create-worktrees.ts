import { realpath } from 'node:fs/promises'
import type { Box } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { WorktreePlace, Worktrees } from '../../spec/ports/worktrees.ts'
import type { GitPlace } from '../run-git.ts'
import { branchName } from './branch-name.ts'
import { collectWorktree } from './collect-worktree.ts'
import { diffWorktree } from './diff-worktree.ts'
import { listWorktrees } from './list-worktrees.ts'
import { makeWorktree } from './make-worktree.ts'
import type { MirrorLimits } from './mirror-objects.ts'
import { removeWorktree } from './remove-worktree.ts'
import { askRepository, createUserGit } from './worktree-git.ts'

export interface WorktreesOptions {
  readonly clock: Clock
  /** Where git is looked for: a PATH of folders that no agent writes to. */
  readonly searchPath: string
  /** Of one collection. Default 200,000 files, 1 GiB. */
  readonly limits?: Partial<MirrorLimits>
  /** A git that runs longer is stopped. Default two minutes. */
  readonly maxGitMs?: number
}

/** Worktrees by git in a box; see the port for the contract. */
export function createWorktrees({ clock, searchPath, limits: own, maxGitMs = 120_000 }: WorktreesOptions): Worktrees {
  const limits = { maxFiles: 200_000, maxBytes: 1024 ** 3, ...own }
  const placeIn = (box: Box, root: string): GitPlace => ({ box, clock, searchPath, root, gitDir: root, maxMs: maxGitMs })
  /** Git is started in the folder of the worktree's state. */
  const at = async <T extends WorktreePlace>(request: T): Promise<readonly [GitPlace, T]> => {
    const state = await realpath(request.state).catch(() => request.state) // Not made yet, or gone.
    return [placeIn(request.box, state), { ...request, state }]
  }
  return {
    async freeBranch({ box, repository, tree, title }, signal) {
      const place = placeIn(box, repository)
      const { commonDir } = await askRepository(place, signal)
      return branchName(tree, title, await createUserGit(place, commonDir).branches('omni', signal))
    },
    make: (order, signal) => makeWorktree(placeIn(order.box, order.state), order, signal),
    async collect(worktree, signal) {
      const [place, { state }] = await at(worktree)
      return collectWorktree(place, state, limits, signal)
    },
    diff: async (request, signal) => diffWorktree(...(await at(request)), signal),
    remove: async (request, signal) => removeWorktree(...(await at(request)), signal),
    list: async (folder) => listWorktrees(await realpath(folder).catch(() => folder)),
  }
}
