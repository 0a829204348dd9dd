import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../spec/app-error.ts'

/** Where the keys are that a person saved. Another place (a keychain, say) is another one of these. */
export interface KeyStore {
  /** Said to the person who saves one. */
  readonly place: string
  names(): Promise<readonly string[]>
  /** Undefined when there is none. */
  read(name: string): Promise<string | undefined>
  save(name: string, key: string): Promise<void>
  /** False when there was none. */
  remove(name: string): Promise<boolean>
}

const nameShape = /^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/

/** One file a key in a folder of their own, for their owner only (0600 in 0700); the file holds the key and nothing else. */
export function createKeyFiles(folder: string): KeyStore {
  const fileOf = (name: string) => {
    if (!nameShape.test(name)) throw new AppError('invalid', `"${name}" is no name of a key.`)
    return join(folder, name)
  }
  return {
    place: folder,
    async names() {
      return (await readdir(folder).catch(() => [])).filter((name) => nameShape.test(name)).toSorted()
    },
    async read(name) {
      const file = fileOf(name)
      const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined
        throw new AppError('unavailable', `Cannot read the saved key ${file}. Give yourself read access, or save it again: omni setup`, { cause })
      })
      return text === undefined || text.trim() === '' ? undefined : text.trim()
    },
    async save(name, key) {
      const file = fileOf(name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700) // It may have been made by hand.
      const fresh = join(folder, `.${name}.${process.pid}`)
      await writeFile(fresh, `${key}\n`, { mode: 0o600 })
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

/** The name under which a gateway's key is kept. */
export const gatewayKeyName = (harness: string): string => `gateway.${harness.replaceAll(/[^a-z0-9]+/g, '-')}`

/** @throws {AppError} 'invalid' for what can be no key; the text itself is never repeated. */
export function checkKey(text: string): string {
  const key = text.trim()
  if (key === '') throw new AppError('invalid', 'No key was given.')
  if (!/^[\x21-\x7e]{8,4096}$/.test(key)) throw new AppError('invalid', 'That is no key: it must be one word of 8 to 4,096 printable characters.')
  return key
}
