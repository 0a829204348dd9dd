import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import { readPrivateFile, removePrivateFile, savePrivateFile } from './private-file.ts'

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
      const text = (await readPrivateFile(fileOf(name), 'omni setup'))?.trim()
      return text === '' ? undefined : text
    },
    save: async (name, key) => savePrivateFile(fileOf(name), `${key}\n`),
    remove: async (name) => removePrivateFile(fileOf(name)),
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
