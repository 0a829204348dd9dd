import { join } from 'node:path'
import { secretName } from '../../spec/agent/words.ts'
import { AppError } from '../../spec/app-error.ts'
import { readPrivateFile, removePrivateFile, savePrivateFile } from '../private-file.ts'
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
    read: async (name) => (await readPrivateFile(fileOf(name), `omni secret set ${name}`))?.replace(/\n$/, ''),
    save: async (name, value) => savePrivateFile(fileOf(name), `${value}\n`),
    remove: async (name) => removePrivateFile(fileOf(name)),
  }
}
