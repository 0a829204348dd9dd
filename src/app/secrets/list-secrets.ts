import { AppError } from '../../spec/app-error.ts'
import { secretTerms } from '../../spec/config/secret-terms.ts'
import type { Config } from '../config.ts'
import { type DefinedSecret, readDefinedSecrets } from './defined-secrets.ts'
import { readSecretValue, type SecretSources, sourceText } from './read-secret-value.ts'
import { secretSources } from './secret-sources.ts'

/** A secret as it is shown: never its value. */
export interface SecretRow {
  readonly name: string
  /** Whose configuration defines it. */
  readonly level: 'server' | 'user'
  /** The user defines one of this name too, which is not used. */
  readonly hidesUsers: boolean
  readonly from: string
  readonly hosts: readonly string[]
  readonly env: readonly string[]
  readonly resolves: boolean
  readonly problem?: string
  readonly warning?: string
  /** The folder, where a value for the keychain is kept in a file. */
  readonly keptIn?: string
}

/** Every secret that agents of this machine may ask for, by name, each of them read. */
export async function listSecrets(config: Config): Promise<readonly SecretRow[]> {
  const sources = secretSources(config)
  const rows = await Promise.all([...await readDefinedSecrets(config)].map(([name, secret]) => rowOf(name, secret, sources)))
  return rows.toSorted((left, right) => left.name.localeCompare(right.name, 'en'))
}

async function rowOf(name: string, { definition, level, hidesUsers }: DefinedSecret, sources: SecretSources): Promise<SecretRow> {
  const { hosts, env } = secretTerms(name, definition)
  const found = await readSecretValue(name, definition.from, sources).then(({ value: _value, ...rest }) => ({ resolves: true, ...rest }), (error: unknown) => {
    if (error instanceof AppError) return { resolves: false, problem: error.message }
    throw error
  })
  return { name, level, hidesUsers, from: sourceText(definition.from), hosts, env, ...found }
}
