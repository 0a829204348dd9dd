import { AppError } from '../../spec/app-error.ts'
import type { ModelListAnswer } from '../../spec/ports/model-provider.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { modelProviders } from '../harness-registry.ts'
import { checkKey, createKeyFiles, gatewayKeyName } from '../key-store.ts'
import { pathsOf } from '../paths.ts'
import { readUserConfig } from '../user-settings.ts'
import { editConfig } from './edit-config.ts'

const askMs = 20_000

export interface SavedKey {
  /** Folder or keychain. */
  readonly place: string
  /** Models that the service listed for it; undefined when it was saved unchecked. */
  readonly models?: number
}

export interface KeyOffer {
  readonly key: string
  /** Save it also when nobody could be asked whether it is good. A key that is refused is never saved. */
  readonly unchecked: boolean
}

/**
 * Asks the service whether it takes the key, with one request for its models, and saves it when it does.
 * @throws {AppError} 'invalid' in the service's words when it does not, 'unavailable' when it can not be asked.
 */
export async function saveProviderKey(config: Config, provider: string, offer: KeyOffer): Promise<SavedKey> {
  const known = providerOf(provider)
  const key = checkKey(offer.key)
  const address = known.addressEnv === undefined ? '' : (config.environment[known.addressEnv] ?? '')
  const answer = await modelProviders.list(known.id, { apiKey: key, signal: AbortSignal.timeout(askMs), ...(address === '' ? {} : { baseUrl: address }) })
  return keep(config, known.id, { ...offer, key, answer })
}

/** A gateway for one harness: its address into the configuration, its key to the saved ones. @throws {AppError} as above. */
export async function saveGateway(config: Config, harness: string, { baseUrl, ...offer }: KeyOffer & { readonly baseUrl: string }): Promise<SavedKey> {
  const adapter = createAdapterSet((await readUserConfig(config)).acp).find((each) => each.id === harness || each.aliases?.includes(harness) === true)
  if (adapter === undefined) throw new AppError('not_found', `There is no harness ${harness}. List them with: omni harness list`)
  const speaks = adapter.models?.providers[0]
  if (speaks === undefined) throw new AppError('unsupported', `${adapter.title} can not be pointed at a gateway by us. Use its own settings.`)
  const key = offer.key === '' ? '' : checkKey(offer.key)
  const answer = await modelProviders.list(speaks, { apiKey: key, baseUrl, signal: AbortSignal.timeout(askMs) })
  const saved = await keep(config, gatewayKeyName(adapter.id), { ...offer, key, answer })
  // After the key: an address without its key would be worse than none.
  await editConfig(config, [{ path: ['harnesses', adapter.id, 'base_url'], value: baseUrl.replace(/\/+$/, '') }, { path: ['harnesses', adapter.id, 'api_key_env'], value: undefined }])
  return saved
}

/** @throws {AppError} 'not_found' when none is saved. */
export async function forgetKey(config: Config, name: string): Promise<void> {
  const keys = createKeyFiles(pathsOf(config.home).keys)
  const known = await keys.names()
  const found = known.find((each) => each === name || each === gatewayKeyName(name))
  if (found === undefined) throw new AppError('not_found', `No key is saved for "${name}". Saved: ${known.length === 0 ? 'none' : known.join(', ')}`)
  await keys.remove(found)
}

/** @throws {AppError} 'not_found', or 'invalid' for a service that needs no key. */
function providerOf(name: string) {
  const keyed = modelProviders.all.filter(({ keyEnv }) => keyEnv.length > 0)
  const found = modelProviders.all.find(({ id }) => id === name)
  if (found === undefined) throw new AppError('not_found', `There is no model service "${name}". Here are: ${keyed.map(({ id }) => id).join(', ')}. Another one: omni setup --gateway HARNESS --base-url URL`)
  if (found.keyEnv.length === 0) throw new AppError('invalid', `${found.title} needs no key.`)
  return found
}

async function keep(config: Config, name: string, { key, unchecked, answer }: KeyOffer & { readonly answer: ModelListAnswer }): Promise<SavedKey> {
  const keys = createKeyFiles(pathsOf(config.home).keys)
  if (answer.type === 'refused') throw new AppError('invalid', `Not saved. ${answer.message}`)
  if (answer.type === 'unanswered' && !unchecked) throw new AppError('unavailable', `Not saved: it could not be checked. ${answer.message}\nTo save it all the same: --unchecked`)
  if (key === '') await keys.remove(name)
  else await keys.save(name, key)
  return { place: keys.place, ...(answer.type === 'listed' ? { models: answer.models.length } : {}) }
}
