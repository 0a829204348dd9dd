import { AppError } from '../../spec/app-error.ts'

/** One place that keeps values by name. @throws {AppError} 'unavailable' where it can not be used. */
export interface SecretPlace {
  /** Said to people. */
  readonly title: string
  /** Undefined when there is none. */
  read(name: string): Promise<string | undefined>
  save(name: string, value: string): Promise<void>
  /** False when there was none. */
  remove(name: string): Promise<boolean>
}

export interface SecretStore {
  /** `keptIn` says in which folder, when it is not in the keychain. @throws {AppError} 'unavailable' when there is no file and the keychain can not be asked. */
  read(name: string): Promise<{ readonly value: string; readonly keptIn?: string } | undefined>
  /** `why` says why it is not the keychain. */
  save(name: string, value: string): Promise<{ readonly place: string; readonly why?: string }>
  /** `unasked` says why the keychain could not be asked, which may have it. */
  remove(name: string): Promise<{ readonly removed: boolean; readonly unasked?: string }>
}

/**
 * The keychain, and files where it can not be used. A file is there only when the last value could not go to the keychain: so it is read first,
 * and it goes when a value goes there again.
 */
export function createSecretStore(keychain: SecretPlace, files: SecretPlace): SecretStore {
  return {
    async read(name) {
      const filed = await files.read(name)
      if (filed !== undefined) return { value: filed, keptIn: files.title }
      const value = await keychain.read(name)
      return value === undefined ? undefined : { value }
    },
    async save(name, value) {
      const refused = await keychain.save(name, value).then(() => undefined, messageOf)
      if (refused === undefined) await files.remove(name)
      else await files.save(name, value)
      return refused === undefined ? { place: keychain.title } : { place: files.title, why: refused }
    },
    async remove(name) {
      const file = await files.remove(name)
      const kept = await keychain.remove(name).catch(messageOf)
      return typeof kept === 'string' ? { removed: file, unasked: kept } : { removed: file || kept }
    },
  }
}

/** What went wrong, where it is a failure that was foreseen. */
function messageOf(error: unknown): string {
  if (error instanceof AppError && error.code === 'unavailable') return error.message
  throw error
}
