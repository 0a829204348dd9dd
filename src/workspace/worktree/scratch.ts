import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readPlaced } from '../../base/folder-files.ts'
import type { GitPlace } from '../run-git.ts'
import { mustBorrowAsBefore } from './user-repository.ts'
import { type CleanGit, createCleanGit } from './worktree-git.ts'
import type { WorktreeRecord } from './worktree-record.ts'
import { writeGitDir } from './write-git-dir.ts'

/** What a scratch directory is made after. */
export type ScratchSource = Pick<WorktreeRecord, 'commonDir' | 'gitDir' | 'format' | 'objects' | 'settings' | 'isSparse'>

export interface Scratch {
  readonly dir: string
  readonly git: CleanGit
}

/**
 * Works with a git directory of ours that lives as long as the call: the user's objects, borrowed, and no configuration of his.
 * @param rules the project's own rules beside its files (`info/exclude`, `info/attributes`, what of it is checked out) hold; else none do
 */
export async function inScratch<T>({ place, state, source, head, rules }: ScratchOrder, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  await mustBorrowAsBefore(source.commonDir, source.objects)
  const dir = await mkdtemp(join(state, 'run-'))
  try {
    await writeGitDir(dir, {
      format: source.format, isBare: true, head, borrows: source.objects,
      settings: rules ? settingsOf(source) : [],
      files: { shallow: await shallowOf(source), ...(rules ? await ruleFiles(source) : {}) },
    })
    return await work({ dir, git: createCleanGit({ ...place, gitDir: dir, root: dir }, dir) })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export interface ScratchOrder {
  readonly place: GitPlace
  readonly state: string
  readonly source: ScratchSource
  /** What `HEAD` is there: a commit. */
  readonly head: string
  readonly rules: boolean
}

const maxBytes = 32 * 1024 * 1024

export const settingsOf = ({ settings, isSparse }: Pick<ScratchSource, 'settings' | 'isSparse'>): readonly (readonly [string, string])[] => [...settings, ...(isSparse ? [['core.sparsecheckout', 'true'] as const] : [])]

/** Where its history ends, in a clone that does not have all of it. */
export const shallowOf = ({ commonDir }: Pick<ScratchSource, 'commonDir'>): Promise<Buffer | undefined> => readPlaced(commonDir, 'shallow', maxBytes)

export async function ruleFiles({ commonDir, gitDir, isSparse }: Pick<ScratchSource, 'commonDir' | 'gitDir' | 'isSparse'>): Promise<Record<string, Buffer | undefined>> {
  return {
    'info/exclude': await readPlaced(commonDir, 'info/exclude', maxBytes), 'info/attributes': await readPlaced(commonDir, 'info/attributes', maxBytes),
    'info/sparse-checkout': isSparse ? await readPlaced(gitDir, 'info/sparse-checkout', maxBytes) : undefined,
  }
}

/** What calls that were killed have left. */
export async function dropScratch(state: string): Promise<void> {
  for (const name of await readdir(state)) if (name.startsWith('run-')) await rm(join(state, name), { recursive: true, force: true })
}
