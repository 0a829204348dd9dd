import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../spec/app-error.ts'
import type { Checkpoint } from '../spec/ports/workspace.ts'
import type { Git } from './git.ts'
import type { Look } from './take-look.ts'
import { checkpointRefs, writeRef, type ShadowPaths } from './shadow-repository.ts'

/**
 * A checkpoint is a commit without parents in the shadow repository, held by `refs/omni/checkpoints/<its hash>`. Its tree holds the files;
 * its message is one line of JSON, this record. Version 1. `marks` are `[raw path, print, bytes]`.
 */
const CheckpointRecord = z.object({
  v: z.literal(1),
  label: z.string(),
  at: z.number(),
  home: z.string(),
  repository: z.object({ branch: z.string().exactOptional(), head: z.string().exactOptional(), indexTree: z.string().exactOptional() }).exactOptional(),
  marks: z.array(z.tuple([z.string(), z.string(), z.number().nullable()])),
  notCovered: z.array(z.object({ reason: z.enum(['ignored', 'nested-repository', 'too-large', 'special', 'unreadable', 'git-name']), count: z.number(), paths: z.array(z.string()) })),
})

export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint
  readonly look: Look
}

type Facts = Pick<Checkpoint, 'label' | 'at' | 'home' | 'repository'>

export async function storeCheckpoint({ git, paths }: { git: Git; paths: ShadowPaths }, look: Look, facts: Facts, signal: AbortSignal | undefined): Promise<Checkpoint> {
  const marks = [...look.marks].map(([path, { print, bytes }]): [string, string, number | null] => [path, print, bytes ?? null])
  const record: z.infer<typeof CheckpointRecord> = { v: 1, ...facts, marks, notCovered: look.notCovered.map((each) => ({ ...each, paths: [...each.paths] })) }
  const id = await git.commit(look.tree, JSON.stringify(record), facts.at, signal)
  await writeRef(paths, paths.checkpoints, id, id)
  return { id, tree: look.tree, ...facts, notCovered: look.notCovered }
}

/** Oldest first. Records of a newer version are left alone, and out. */
export async function readCheckpoints(git: Git, signal: AbortSignal | undefined): Promise<StoredCheckpoint[]> {
  const commits = await git.commits(checkpointRefs, signal)
  const stored = commits.flatMap(({ id, tree, message }) => {
    const record = parse(message)
    if (record === undefined) return []
    const { v: _v, marks, ...facts } = record
    const look: Look = { tree, marks: new Map(marks.map(([path, print, bytes]) => [path, bytes === null ? { print } : { print, bytes }])), notCovered: facts.notCovered }
    return [{ checkpoint: { id, tree, ...facts }, look }]
  })
  return stored.toSorted((left, right) => left.checkpoint.at - right.checkpoint.at)
}

export async function findCheckpoint(git: Git, id: string, signal: AbortSignal | undefined): Promise<StoredCheckpoint> {
  const found = (await readCheckpoints(git, signal)).find(({ checkpoint }) => checkpoint.id === id)
  if (found === undefined) throw new AppError('not_found', `There is no checkpoint ${id} of this work folder; it may have been dropped.`)
  return found
}

export async function dropCheckpoint(paths: ShadowPaths, id: string): Promise<void> {
  await rm(join(paths.checkpoints, id), { force: true })
}

function parse(message: string): z.infer<typeof CheckpointRecord> | undefined {
  try {
    return CheckpointRecord.safeParse(JSON.parse(message)).data
  } catch {
    return undefined // No JSON: not a record of ours.
  }
}
