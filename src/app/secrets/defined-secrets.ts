import type { SecretDefinition, SecretDefinitions } from '../../spec/config/secrets.ts'
import type { Config } from '../config.ts'
import { readServerConfig, readUserConfig } from '../user-settings.ts'

export interface DefinedSecret {
  readonly definition: SecretDefinition
  /** Whose configuration defines it. */
  readonly level: 'server' | 'user'
  /** The user defines one of this name too, which is not used. */
  readonly hidesUsers: boolean
}
export type DefinedSecrets = ReadonlyMap<string, DefinedSecret>

/** All secrets that agents may ask for by name. Where both define one, it is the server's: nobody below may say where it goes. */
export function mergeSecrets({ server, user }: { readonly server: SecretDefinitions; readonly user: SecretDefinitions }): DefinedSecrets {
  const mine = Object.entries(user).map(([name, definition]) => [name, { definition, level: 'user', hidesUsers: false }] as const)
  const theirs = Object.entries(server).map(([name, definition]) => [name, { definition, level: 'server', hidesUsers: Object.hasOwn(user, name) }] as const)
  return new Map<string, DefinedSecret>([...mine, ...theirs])
}

/** Of the two configuration files of this machine. @throws {AppError} 'invalid' when one of them can not be used. */
export async function readDefinedSecrets(config: Config): Promise<DefinedSecrets> {
  const [user, server] = [await readUserConfig(config), await readServerConfig(config)]
  return mergeSecrets({ server: server.secrets, user: user.secrets })
}
