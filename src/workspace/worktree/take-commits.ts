import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitPlace } from '../run-git.ts'
import { mirrorObjects, type MirrorLimits } from './mirror-objects.ts'
import type { Refusal } from './read-branch.ts'
import { inScratch, type Scratch } from './scratch.ts'
import type { CleanGit, PackedObjects, UserGit } from './worktree-git.ts'
import type { WorktreeRecord } from './worktree-record.ts'

export interface TakeOrder {
  readonly place: GitPlace
  readonly state: string
  readonly record: WorktreeRecord
  readonly user: UserGit
  /** The commit that the child's branch names. */
  readonly id: string
  /** Where the branch is in the user's repository. */
  readonly old: string
  /** The new commit must go on from `old`: it is not ours. */
  readonly goesOn: boolean
  readonly limits: MirrorLimits
}

/**
 * Brings a commit and all it needs into the user's repository, which is touched only when everything is found whole, checked and sound. Git never runs
 * with the child's directory: its objects are packed by a directory of ours, and that pack is checked by another, which knows
 * nothing but the pack and the user's objects.
 */
export async function takeCommits(order: TakeOrder, signal: AbortSignal | undefined): Promise<Refusal | undefined> {
  const { place, state, record, user } = order
  const scratch = { place, state, source: record, head: record.base, rules: false }
  return inScratch(scratch, async (theirs) => {
    const refused = await mirrorObjects(state, join(theirs.dir, 'objects'), record.base.length, order.limits)
    if (refused !== undefined) return refused
    return inScratch(scratch, async (checked) => {
      const pack = await packNew(order, theirs, checked.dir, signal)
      if (pack === undefined || 'reason' in pack) return pack
      const { isSound, says } = await checked.git.checkPack(pack.file, signal)
      if (!isSound) return broken(says)
      if (!(await checked.git.isWhole(order.id, [record.base, order.old], signal))) return broken('objects are missing')
      await user.adopt(pack, signal)
      return undefined
    })
  })
}

/** Undefined: there is nothing that the user's repository does not have. */
async function packNew({ record: { base }, id, old, goesOn, limits }: TakeOrder, { git }: Scratch, dir: string, signal: AbortSignal | undefined): Promise<PackedObjects | Refusal | undefined> {
  const first = await git.sizes([id], signal)
  if (first?.[0]?.kind !== 'commit') return broken(first === undefined ? 'the commit itself is missing or damaged' : `the branch names a ${first[0]?.kind ?? 'nothing'}`)
  const related = await descendsFromAll(git, id, goesOn ? [base, old] : [base], signal)
  if (related !== undefined) return related
  const ids = await git.newObjects(id, [base, old], signal)
  if (ids === undefined) return broken('objects are missing or damaged')
  if (ids.length === 0) return undefined
  const sizes = await git.sizes(ids, signal)
  if (sizes === undefined) return broken('objects are missing or damaged')
  if (sizes.reduce((sum, { bytes }) => sum + bytes, 0) > limits.maxBytes) return { reason: 'too-large', detail: `What the child has committed comes to more than ${limits.maxBytes} bytes.` }
  const file = await git.pack(ids, join(dir, 'objects', 'pack', 'pack'), signal)
  if (file === undefined) return broken('objects are damaged')
  // An index of it is made anew, out of what is in it.
  await rm(file.replace(/pack$/, 'idx'), { force: true })
  return { file, objects: await countObjects(file) }
}

async function descendsFromAll(git: CleanGit, id: string, bases: readonly string[], signal: AbortSignal | undefined): Promise<Refusal | undefined> {
  for (const [at, base] of bases.entries()) {
    const does = await git.descends(id, base, signal)
    if (does === undefined) return broken('its history can not be read')
    if (!does && at === 0) return { reason: 'unrelated', detail: `The child's branch does not descend from the commit it began with, ${base}: its history was replaced. Tell it to put its work on top of that.` }
    if (!does) return moved()
  }
  return undefined
}

export const moved = (): Refusal => ({ reason: 'moved', detail: 'The branch was moved or removed in the repository by somebody else, and the child does not go on from there. Move it back, or take the commits over by hand.' })
const broken = (why: string): Refusal => ({ reason: 'broken', detail: `What the child has committed is not taken: ${why.slice(0, 300)}.` })

/** Of a pack of ours. @see gitformat-pack(5): `PACK`, a version, a number of objects */
async function countObjects(file: string): Promise<number> {
  await using pack = await open(file)
  return (await pack.read(Buffer.alloc(12), 0, 12, 0)).buffer.readUInt32BE(8)
}
