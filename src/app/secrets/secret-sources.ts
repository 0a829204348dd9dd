import type { Config } from '../config.ts'
import { pathsOf } from '../paths.ts'
import { createKeychain } from './keychain.ts'
import type { SecretSources } from './read-secret-value.ts'
import { createSecretFiles } from './secret-files.ts'
import { createSecretStore } from './secret-store.ts'

/** What secrets of this machine are read from. */
export function secretSources(config: Pick<Config, 'home' | 'environment' | 'platform'>): SecretSources {
  return { environment: config.environment, store: createSecretStore(createKeychain(config), createSecretFiles(pathsOf(config.home).secrets)) }
}
