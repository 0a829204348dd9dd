import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { KnownWorktree } from '../../spec/ports/worktrees.ts'
import { lookAt } from './linked-worktree.ts'
import { readRecord } from './worktree-record.ts'

/** @see Worktrees.list */
export async function listWorktrees(folder: string): Promise<KnownWorktree[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found = await Promise.all(names.toSorted().map(async (name): Promise<KnownWorktree[]> => {
    const state = join(folder, name)
    const record = await readRecord(state)
    if (record === undefined) return []
    const look = await lookAt(record, state)
    return [{ state, path: record.path, branch: record.branch, repository: record.commonDir, stage: record.stage, folder: look === 'empty' ? 'gone' : look, head: record.head }]
  }))
  return found.flat()
}
