import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Checkpoint } from '../spec/ports/workspace.ts'
import type { Git } from './git.ts'

const maxIndexBytes = 256 * 1024 * 1024

/** Where the user's own repository stands. It is only read: the tree of its index is made of a copy, in the shadow. */
export async function readRepository({ git, root, run }: { git: Git; root: string; run: string }, signal: AbortSignal | undefined): Promise<Checkpoint['repository']> {
  const [branch, head, index] = await Promise.all([git.user('branch', signal), git.user('head', signal), git.user('index', signal)])
  if (index === undefined) return undefined
  const copy = join(run, 'user-index')
  const bytes = await readPlainFile(resolve(root, index))
  if (bytes !== undefined) await writeFile(copy, bytes)
  const indexTree = bytes === undefined ? undefined : await git.foreignTree(copy, signal)
  return { ...(branch === undefined ? {} : { branch }), ...(head === undefined ? {} : { head }), ...(indexTree === undefined ? {} : { indexTree }) }
}

/** Undefined for what is no plain file, or too large. */
export async function readPlainFile(path: string): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined)
  try {
    const stats = await file?.stat()
    return stats?.isFile() === true && stats.size <= maxIndexBytes ? await file?.readFile() : undefined
  } finally {
    await file?.close()
  }
}
