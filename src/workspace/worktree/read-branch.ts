import { constants } from 'node:fs'
import { openPlaced } from '../../base/folder-files.ts'
import type { CollectRefusal } from '../../spec/ports/worktrees.ts'

/** A refusal, as `collect` gives it. */
export interface Refusal {
  readonly reason: CollectRefusal
  readonly detail: string
}

export type BranchFound = { readonly id: string; /** What `HEAD` says, where that is not the branch. */ readonly elsewhere?: string } | Refusal

const maxRefBytes = 256
const maxPackedBytes = 4 * 1024 * 1024

/**
 * The commit that the branch names in the private directory, which is the agent's: read by ourselves, strictly. No link and no other
 * ref is followed.
 * @see gitrepository-layout(5): a file with the name in it, or a line of `packed-refs`
 */
export async function readBranch(state: string, branch: string, format: 'sha1' | 'sha256'): Promise<BranchFound> {
  const ref = `refs/heads/${branch}`
  const name = format === 'sha1' ? '[0-9a-f]{40}' : '[0-9a-f]{64}'
  const loose = await readText(state, `git/${ref}`, maxRefBytes)
  const head = await readText(state, 'git/HEAD', maxRefBytes)
  const said = typeof head === 'string' ? head.trim() : ''
  const elsewhere = said === `ref: ${ref}` ? {} : { elsewhere: said.startsWith('ref: refs/heads/') ? said.slice('ref: refs/heads/'.length) : 'no branch' }
  if (typeof loose === 'string') {
    const id = new RegExp(`^(${name})\n?$`).exec(loose)?.[1]
    return id === undefined ? unreadable(`The child's branch ${branch} names no commit, but ${JSON.stringify(loose.slice(0, 80))}.`) : { id, ...elsewhere }
  }
  if (loose !== undefined) return unreadable(`The child's branch ${branch} is no plain file, or behind a link.`)
  const packed = await readText(state, 'git/packed-refs', maxPackedBytes)
  if (typeof packed !== 'string' && packed !== undefined) return unreadable('The child\'s packed-refs is no plain file, or too large.')
  const lines = (packed ?? '').split('\n').filter((line) => line.endsWith(` ${ref}`))
  const id = new RegExp(`^(${name}) `).exec(lines[0] ?? '')?.[1]
  if (lines.length === 0) return { reason: 'branch-gone', detail: `The child has no branch ${branch} any more${'elsewhere' in elsewhere ? `; it is on ${JSON.stringify(elsewhere.elsewhere)}` : ''}. Tell it to put its work on that branch.` }
  return id === undefined || lines.length > 1 || lines[0]?.length !== id.length + 1 + ref.length ? unreadable(`The child's branch ${branch} is not readable in packed-refs.`) : { id, ...elsewhere }
}

const unreadable = (detail: string): Refusal => ({ reason: 'branch-unreadable', detail })

/** Undefined: nothing is there; null: something that is no plain file of that size. */
async function readText(root: string, path: string, maxBytes: number): Promise<string | undefined | null> {
  const file = await openPlaced(root, path, constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : null))
  if (file === undefined || file === null) return file
  try {
    const stats = await file.stat()
    if (!stats.isFile() || stats.size > maxBytes) return null
    // It may grow meanwhile: no more than was looked at.
    const bytes = Buffer.alloc(stats.size)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}
