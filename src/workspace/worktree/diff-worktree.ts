import { AppError } from '../../spec/app-error.ts'
import type { DiffRequest, WorktreeDiff } from '../../spec/ports/worktrees.ts'
import { shownPath } from '../raw-path.ts'
import type { GitPlace } from '../run-git.ts'
import { changedFiles } from './collect-worktree.ts'
import { inScratch } from './scratch.ts'
import { createUserGit } from './worktree-git.ts'
import { needRecord } from './worktree-record.ts'

const defaultBytes = 1024 * 1024
const defaultFiles = 300
/** Further names would not fit into one command. */
const mostFiles = 1_000

/** @see Worktrees.diff */
export async function diffWorktree(place: GitPlace, { state, maxBytes = defaultBytes, maxFiles = defaultFiles }: DiffRequest, signal: AbortSignal | undefined): Promise<WorktreeDiff> {
  const record = await needRecord(state)
  const head = await createUserGit(place, record.commonDir).branchAt(record.branch, signal)
  if (head === undefined) throw new AppError('not_found', `The branch ${record.branch} is not in the repository any more.`)
  return inScratch({ place, state, source: record, head, rules: false }, async ({ git }) => {
    const base = await git.mergeBase(record.base, head, signal)
    if (base === undefined) throw new AppError('conflict', `The branch ${record.branch} has nothing in common any more with the commit it began with, ${record.base}.`)
    const [[baseTree = '', headTree = ''], changes] = await Promise.all([git.trees([base, head], signal), git.changes(base, head, signal)])
    const shown = changes.slice(0, Math.min(maxFiles, mostFiles))
    // No name of a file can be said that is not UTF-8: of a few of many it is left out.
    const paths = shown.length === changes.length ? undefined : shown.map(({ path }) => shownPath(path))
    const { text, isCut } = paths?.length === 0 ? { text: '', isCut: true } : await git.patch({ base, commit: head, paths, maxBytes }, signal)
    return { base, head, baseTree, headTree, changed: changedFiles(changes), text, isCut: isCut || shown.length < changes.length }
  })
}
