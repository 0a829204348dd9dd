import { readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import type { Git } from './git.ts'
import type { RawPath } from './raw-path.ts'
import { readPlainFile } from './read-repository.ts'

/** Below that, looking is not worth it. */
const seedFrom = 1_000

/**
 * Before the first look at a large repository: what the user's repository has packed already is copied as it is, so that the look only
 * has to read the files, and not to write them again. A copy and no loan: whatever becomes of the user's objects, checkpoints stay.
 * It is a guess, by the user's index, at what the files will turn out to be: each file is read all the same.
 * Gives the paths whose objects are most likely there.
 */
export async function seedObjects({ git, root, run }: { readonly git: Git; readonly root: string; readonly run: string }, paths: readonly RawPath[], signal: AbortSignal | undefined): Promise<ReadonlySet<RawPath>> {
  const none = new Set<RawPath>()
  if (paths.length < seedFrom) return none
  try {
    const [index, objects] = await Promise.all([git.user('index', signal), git.user('objects', signal)])
    const bytes = index === undefined ? undefined : await readPlainFile(resolve(root, index))
    // A colon would make two folders of it.
    if (bytes === undefined || objects === undefined || resolve(root, objects).includes(':')) return none
    const copy = join(run, 'seed-index')
    await writeFile(copy, bytes)
    const entries = await git.foreignEntries(copy, signal)
    const wanted = paths.filter((path) => entries?.has(path) === true)
    const hashes = [...new Set(wanted.flatMap((path) => entries?.get(path) ?? []))]
    if (hashes.length < seedFrom) return none
    // Where another session has looked before, much is there.
    const missing = (await git.hasPacks()) ? await git.missing(hashes, signal) : hashes
    return missing.length === 0 || (await git.copyObjects(missing, resolve(root, objects), join(run, 'seed'), signal)) ? new Set(wanted) : none
  } catch (error) {
    // Its files are as hostile as any: what goes wrong with them costs time, not the look.
    if (!(error instanceof AppError)) throw error
    return none
  } finally {
    for (const name of await readdir(run)) if (name.startsWith('seed-')) await rm(join(run, name), { force: true })
  }
}
