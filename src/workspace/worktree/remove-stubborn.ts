import { chmod, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inPlaced, removePlaced } from '../../base/folder-files.ts'

/** Removes what an agent has left, also folders that it, or its tools (module caches), closed even to their owner. Nothing runs in there any more. */
export async function removeStubborn(root: string, path: string): Promise<void> {
  await removePlaced(root, path).catch(async (error: NodeJS.ErrnoException) => {
    if (!['EACCES', 'EPERM', 'EISDIR', 'ERR_FS_EISDIR'].includes(error.code ?? '')) throw error
    await openUp(root, path)
    await removePlaced(root, path)
  })
}

async function openUp(root: string, path: string): Promise<void> {
  if (!(await lstat(join(root, path))).isDirectory()) return
  await chmod(join(root, path), 0o700)
  for (const name of (await inPlaced(root, path, (at) => readdir(at('.')))) ?? []) await openUp(root, join(path, name))
}
