import { mkdir, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file whole or not at all. Keeps the file's mode, and a link that leads to it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const target = await realpath(path).catch(() => path)
  const mode = await stat(target).then((found) => found.mode & 0o777, () => 0o600)
  const fresh = `${target}.${process.pid}`
  await writeFile(fresh, text, { mode })
  await rename(fresh, target)
}
