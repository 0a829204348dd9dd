import { mkdir, writeFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import { readPlainFile } from '../read-repository.ts'

/**
 * `record.json` in the state folder of a worktree, version 1: what is being made, made or removed there. It is written before anything else is, and removed
 * last, so that whatever a crash leaves is known to be ours. Beside it: `git`, the private git directory; `dot-git`, the file that leads to it;
 * `run-…`, scratch of one call. An agent writes in `git` only.
 */
const WorktreeRecord = z.object({
  version: z.literal(1),
  stage: z.enum(['making', 'made', 'removing']),
  /** As it was ordered. */
  order: z.object({ repository: z.string(), base: z.string().optional() }),
  path: z.string(),
  branch: z.string(),
  /** Of the user's repository: what all its worktrees share, and the directory of the checkout that was asked from. */
  commonDir: z.string(),
  gitDir: z.string(),
  format: z.enum(['sha1', 'sha256']),
  base: z.string(),
  /** The branch as last collected; and what it was about to become, when that was cut short. */
  head: z.string(),
  pending: z.string().optional(),
  /** The commit that the worktree's own index was last made to fit. */
  indexed: z.string().optional(),
  /** Object folders of the repository, its own first. */
  objects: z.array(z.string()).readonly(),
  /** Lines of a git config that say how files are written: no program is named in them. */
  settings: z.array(z.tuple([z.string(), z.string()])).readonly(),
  isSparse: z.boolean(),
  hadChanges: z.boolean(),
  notes: z.array(z.string()),
})
export type WorktreeRecord = z.infer<typeof WorktreeRecord>

/** @throws {AppError} 'unavailable' for one that can not be read: nothing is done with such a folder. */
export async function readRecord(state: string): Promise<WorktreeRecord | undefined> {
  const bytes = await readPlainFile(join(state, 'record.json'))
  if (bytes === undefined) return undefined
  try {
    return WorktreeRecord.parse(JSON.parse(bytes.toString('utf8')))
  } catch (cause) {
    throw new AppError('unavailable', `${join(state, 'record.json')} can not be read: it was changed, or written by a newer version.`, { cause })
  }
}

/** @throws {AppError} 'not_found' where there is none */
export async function needRecord(state: string): Promise<WorktreeRecord> {
  const record = await readRecord(state)
  if (record === undefined) throw new AppError('not_found', `${state} holds no worktree. Make it first.`)
  return record
}

/** Whole or not at all. */
export async function writeRecord(state: string, record: WorktreeRecord): Promise<void> {
  await mkdir(state, { recursive: true, mode: 0o700 })
  await writeFile(join(state, 'record.new'), JSON.stringify(record), { mode: 0o600 })
  await rename(join(state, 'record.new'), join(state, 'record.json'))
}

export const privateDir = (state: string): string => join(state, 'git')
export const gitFileOf = (state: string): string => join(state, 'dot-git')
