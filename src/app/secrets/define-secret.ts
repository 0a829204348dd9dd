import { own } from '../../base/own.ts'
import { envName, secretName } from '../../spec/agent/words.ts'
import { AppError } from '../../spec/app-error.ts'
import { presetNames, secretPresets } from '../../spec/config/secret-presets.ts'
import { SecretDefinition, secretHost } from '../../spec/config/secrets.ts'
import { suggestion } from '../../spec/yaml/did-you-mean.ts'
import type { Config } from '../config.ts'
import { type ConfigEdit, editConfig } from '../setup/edit-config.ts'
import { readServerConfig, readUserConfig } from '../user-settings.ts'
import { problemOfValue } from './check-secret-value.ts'
import { sourceText, storeName } from './read-secret-value.ts'
import { secretSources } from './secret-sources.ts'

/** What a person says about a secret besides its value; what is left out stays as it is. */
export interface SecretChange {
  readonly preset?: string | undefined
  readonly hosts?: readonly string[] | undefined
  readonly env?: readonly string[] | undefined
}

export interface SecretPlan {
  readonly name: string
  /** The name of the value in the store. */
  readonly storedAs: string
  readonly edits: readonly ConfigEdit[]
  /** What the person should know. */
  readonly notes: readonly string[]
}

/** Says what saving a secret would do, before its value is asked for. @throws {AppError} 'invalid' for a definition that can not be. */
export async function planSecret(config: Config, name: string, change: SecretChange): Promise<SecretPlan> {
  const [user, server] = [await readUserConfig(config), await readServerConfig(config)]
  checkName(name)
  const before = own(user.secrets, name)
  const servers = own(server.secrets, name)
  const wanted = checkChange(change)
  const ofServer = servers === undefined ? undefined : storeName(name, servers.from)
  // One of the server's own that waits for its value: nothing to define.
  if (before === undefined && ofServer !== undefined && Object.keys(wanted).length === 0) return { name, storedAs: ofServer, edits: [], notes: [] }
  if (before === undefined && wanted.hosts === undefined && hostsOfPreset(wanted.preset).length === 0) throw new AppError('invalid', whereTo(name))
  const storedAs = before === undefined ? undefined : storeName(name, before.from)
  const from = before === undefined || storedAs === undefined ? 'keychain' : before.from
  const { success, error } = SecretDefinition.safeParse({ ...before, ...wanted, from })
  if (!success) throw new AppError('invalid', `"${name}" can not be so: ${error.issues.map(({ path, message }) => [...path, message].join(' ')).join('; ')}`)
  const edits = before === undefined
    ? [{ path: ['secrets', name], value: { from: 'keychain', ...wanted } }]
    : Object.entries({ ...(storedAs === undefined ? { from: 'keychain' } : {}), ...wanted }).map(([key, value]) => ({ path: ['secrets', name, key], value }))
  return {
    name, storedAs: storedAs ?? name, edits,
    notes: [
      ...(before !== undefined && storedAs === undefined ? [`It came from ${sourceText(before.from)} until now.`] : []),
      ...(servers === undefined ? [] : [`The server's configuration defines "${name}" too: sessions get that one.`]),
    ],
  }
}

/** Keeps the value, then writes the definition. `why` says why it is not in the keychain. @throws {AppError} 'invalid' for what can be no secret. */
export async function saveSecret(config: Config, { storedAs, edits }: SecretPlan, value: string): Promise<{ readonly place: string; readonly why?: string; readonly file?: string }> {
  const problem = problemOfValue(value)
  if (problem !== undefined) throw new AppError('invalid', `Not saved: ${problem}.`)
  const saved = await secretSources(config).store.save(storedAs, value)
  // After the value: a definition without one would fail every session that asks for it.
  return edits.length === 0 ? saved : { ...saved, file: await editConfig(config, edits) }
}

export interface RemovedSecret {
  readonly definition: boolean
  readonly value: boolean
  /** Why the keychain could not be asked, which may have it. */
  readonly unasked?: string
  /** Another secret that lives on the same value, which is therefore kept. */
  readonly keptFor?: string
}

/** Takes a secret back: what is saved of it, and its definition. @throws {AppError} 'not_found' when there is neither. */
export async function removeSecret(config: Config, name: string): Promise<RemovedSecret> {
  const [user, server] = [await readUserConfig(config), await readServerConfig(config)]
  checkName(name)
  const definition = own(user.secrets, name)
  const storedAs = (definition === undefined ? undefined : storeName(name, definition.from)) ?? name
  const others = [...Object.entries(user.secrets).filter(([other]) => other !== name), ...Object.entries(server.secrets)]
  const [keptFor] = others.find(([other, { from }]) => storeName(other, from) === storedAs) ?? []
  const { removed, unasked } = keptFor === undefined ? await secretSources(config).store.remove(storedAs) : { removed: false }
  if (definition === undefined && !removed) {
    const elsewhere = own(server.secrets, name) !== undefined
    throw new AppError('not_found', elsewhere ? `"${name}" is defined in the server's configuration: remove it there.` : `There is no secret "${name}". List them with: omni secret list`)
  }
  if (definition !== undefined) await editConfig(config, [{ path: ['secrets', name], value: undefined }])
  // Only what was meant for the keychain can be there.
  const mayBeThere = definition !== undefined && storeName(name, definition.from) !== undefined && !removed
  return { definition: definition !== undefined, value: removed, ...(unasked === undefined || !mayBeThere ? {} : { unasked }), ...(keptFor === undefined ? {} : { keptFor }) }
}

function checkName(name: string): void {
  const { success, error } = secretName.safeParse(name)
  if (!success) throw new AppError('invalid', `That is no name for a secret: it ${error.issues[0]?.message ?? 'is not allowed'} (its value is never an argument: it is asked for, or read from standard input)`)
}

interface Wanted {
  readonly preset?: string
  readonly hosts?: readonly string[]
  readonly env?: string | readonly string[]
}

function checkChange({ preset, hosts, env }: SecretChange): Wanted {
  if (preset !== undefined && !presetNames.some((known) => known === preset)) {
    const meant = suggestion(preset, presetNames)
    throw new AppError('invalid', `There is no preset "${preset}". ${meant === undefined ? `Here are: ${presetNames.join(', ')}` : `D${meant.slice(1)}`}`)
  }
  const checked = hosts?.map((host) => {
    const { success, data, error } = secretHost.safeParse(host)
    if (!success) throw new AppError('invalid', `--hosts: "${host}" ${error.issues[0]?.message ?? 'is not allowed'}`)
    return data
  })
  if (hosts?.length === 0) throw new AppError('invalid', '--hosts: name at least one host.')
  if (env?.length === 0) throw new AppError('invalid', '--env: name at least one variable.')
  const wrong = env?.find((variable) => !envName.safeParse(variable).success)
  if (wrong !== undefined) throw new AppError('invalid', `--env: "${wrong}" must be the name of a variable: letters, digits and _`)
  return { ...(preset === undefined ? {} : { preset }), ...(checked === undefined ? {} : { hosts: checked }), ...(env === undefined ? {} : { env: env.length === 1 ? (env[0] ?? '') : env }) }
}

function hostsOfPreset(name: string | undefined): readonly string[] {
  return name === undefined ? [] : (own<{ readonly hosts: readonly string[] }>(secretPresets, name)?.hosts ?? [])
}

function whereTo(name: string): string {
  const preset = hostsOfPreset(name).length > 0 ? name : presetNames.filter((each) => secretPresets[each].hosts.length > 0).join('|')
  return `Say which hosts "${name}" may go to, and no others: --hosts api.example.org,git.example.org or --preset ${preset}`
}
