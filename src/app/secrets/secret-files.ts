import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { secretName } from '../../spec/agent/words.ts'
import { AppError } from '../../spec/app-error.ts'
import type { SecretPlace } from './secret-store.ts'

/** One file a secret in a folder of their own, for their owner only (0600 in 0700); the file holds the value and nothing else. */
export function createSecretFiles(folder: string): SecretPlace {
  const fileOf = (name: string) => {
    if (!secretName.safeParse(name).success) throw new AppError('invalid', `"${name}" is no name of a secret.`)
    // Two names that differ in case only must stay two files on every disk.
    return join(folder, name.replaceAll(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`))
  }
  return {
    title: folder,
    async read(name) {
      const file = fileOf(name)
      const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined
        throw new AppError('unavailable', `${file} can not be read (${cause.code ?? 'unknown'}).`, { cause })
      })
      return text?.replace(/\n$/, '')
    },
    async save(name, value) {
      const file = fileOf(name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700) // It may have been made by hand.
      const fresh = join(folder, `.${basename(file)}.${process.pid}`)
      await writeFile(fresh, `${value}\n`, { mode: 0o600 })
      await rename(fresh, file)
    },
    async remove(name) {
      return rm(fileOf(name)).then(() => true, (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false
        throw error
      })
    },
  }
}
