import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../spec/app-error.ts'

/**
 * The text of a file with a key or a secret; undefined when there is none.
 * @param command saves it again
 * @throws {AppError} 'unavailable'
 */
export async function readPrivateFile(path: string, command: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new AppError('unavailable', `Cannot read ${path} (${cause.code ?? 'unknown'}). Give yourself read access, or save it again: ${command}`, { cause })
  })
}

/** Writes it whole or not at all, for its owner only: 0600 in a folder of 0700. */
export async function savePrivateFile(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700) // It may have been made by hand.
  const fresh = join(folder, `.${basename(path)}.${process.pid}`)
  await writeFile(fresh, text, { mode: 0o600 })
  await rename(fresh, path)
}

/** False when there was none. */
export async function removePrivateFile(path: string): Promise<boolean> {
  return rm(path).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return false
    throw error
  })
}
