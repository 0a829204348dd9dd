import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { userPath } from '../base/user-path.ts'
import { pathTest } from '../policy/conditions/match-path.ts'
import { AppError } from '../spec/app-error.ts'

/** Looked at, of all folders; a folder with more can not be vouched for. */
const maxEntries = 500_000

export interface HidingPlace {
  /** Absolute, without links: what is looked through. */
  readonly folders: readonly string[]
  readonly workspace: string
  readonly home: string
}

/**
 * What `sandbox.hide` names, as far as it is there now: files, folders and links, absolute. Patterns are those of policies; what a link
 * leads to is not looked through.
 * @throws {AppError} 'unavailable' where there is too much to look through
 */
export async function hiddenPaths(patterns: readonly string[], { folders, workspace, home }: HidingPlace): Promise<readonly string[]> {
  const named = patterns.filter((pattern) => !/[*?{]/.test(pattern)).map((path) => userPath(path, { workspace, home }))
  const test = pathTest(patterns)
  const found = new Set(named)
  let entries = 0
  const look = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) { // Gone, or nothing that its user may read either.
      entries += 1
      if (entries > maxEntries) throw new AppError('unavailable', `There are more than ${maxEntries} files in ${folders.join(', ')}: what "sandbox: hide" names can not be looked for. Start the session in a smaller folder.`)
      const path = join(folder, entry.name)
      if (test(path, { workspace, home })) found.add(path)
      else if (entry.isDirectory() && entry.name !== '.git') await look(path)
    }
  }
  for (const folder of folders) await look(folder)
  return [...found].toSorted()
}
