import type { ModelPlace, ModelService } from '../spec/net/model-service.ts'
import type { Secret } from '../spec/net/secret.ts'
import type { ModelRoute } from '../spec/ports/harness.ts'
import type { ModelProvider, ModelProviders } from '../spec/ports/model-provider.ts'
import { isSecretName } from './program-credential.ts'

/** What a program in a box with walls is started with, and what the gateway makes of it. */
export interface Inside {
  /** The whole environment: no credential, no address and no folder of the user's is in it. */
  readonly env: Readonly<Record<string, string>>
  readonly route?: ModelRoute
  readonly services: readonly ModelService[]
  /** Credentials of models, so that their stand-ins are known wherever they turn up. */
  readonly secrets: readonly Secret[]
  /** Variables that hold a credential nobody knows a service of: left out. */
  readonly unknown: readonly string[]
}

export interface InsideQuestion {
  /** As it would be without walls. */
  readonly env: Readonly<Record<string, string>>
  readonly route?: ModelRoute | undefined
  readonly credentialEnv: readonly string[]
  readonly providers: Pick<ModelProviders, 'all' | 'places'>
  /** The home folder inside. */
  readonly home: string
  /** The stand-in for a credential; the same for the same one as long as the session lives. */
  standIn(value: string): string
}

const dialects: ModelPlace['dialects'] = ['messages', 'responses', 'chat-completions', 'generate-content']
/** Of the machine's folders outside. */
const foldersEnv = /^(?:XDG_|TMPDIR$)/

/**
 * Takes everything out of a program's start that must not be in its box. Keys become stand-ins, which the gateway knows at the services of
 * their provider and nowhere else. An address that a person configured (often one of this machine, which no box reaches) becomes a name
 * that leads to the gateway, and from there to it.
 */
export function insideOf({ env, route, credentialEnv, providers, home, standIn }: InsideQuestion): Inside {
  const services: ModelService[] = []
  const unknown: string[] = []
  const own: Record<string, string> = {}
  const named = (address: string, placeholder: string, credential: string): string => {
    const { protocol, host, pathname } = new URL(address)
    const inside = `m${services.length + 1}.models.omnibox.internal`
    services.push({ host: inside, basePath: '', dialects, address: `${protocol}//${host}`, placeholder, ...(credential === '' ? {} : { credential }) })
    return `https://${inside}${pathname.replace(/\/+$/, '')}`
  }
  for (const [name, value] of Object.entries(env)) {
    const mayHold = credentialEnv.includes(name)
    if (foldersEnv.test(name) || name === 'HOME' || (mayHold && isSecretName(name)) || isAddress(name, providers.all) || (mayHold && isFolder(value))) continue
    own[name] = value
  }
  const held = credentialEnv.filter((name) => isSecretName(name) && (env[name] ?? '') !== '')
  for (const name of held) {
    const provider = providers.all.find(({ keyEnv, otherEnv = [] }) => keyEnv.includes(name) || otherEnv.includes(name))
    const credential = env[name] ?? ''
    const moved = provider === undefined ? undefined : movedTo(provider, env)
    if (provider === undefined || (moved === undefined && providers.places(provider.id).length === 0)) {
      unknown.push(name)
      continue
    }
    own[name] = standIn(credential)
    if (moved === undefined) services.push(...providers.places(provider.id).map((place) => ({ ...place, placeholder: standIn(credential), credential })))
    else own[provider.addressEnv ?? ''] = named(moved, standIn(credential), credential)
  }
  for (const provider of providers.all) {
    // A service of this machine, or one that needs no key.
    const moved = movedTo(provider, env) ?? (provider.keyEnv.length === 0 ? localAddress(provider, providers) : undefined)
    if (moved !== undefined && provider.addressEnv !== undefined && own[provider.addressEnv] === undefined && credentialEnv.includes(provider.addressEnv)) own[provider.addressEnv] = named(moved, '', '')
  }
  const stand = route === undefined ? undefined : standIn(route.apiKey === '' ? route.baseUrl : route.apiKey)
  const inside = route === undefined || stand === undefined ? undefined : { baseUrl: named(route.baseUrl, stand, route.apiKey), apiKey: stand }
  return {
    env: { ...own, HOME: home, USER: 'agent', LOGNAME: 'agent' }, services, unknown,
    secrets: secretsOf(services), ...(inside === undefined ? {} : { route: inside }),
  }
}

const isAddress = (name: string, all: readonly ModelProvider[]): boolean => all.some(({ addressEnv }) => addressEnv === name)
const isFolder = (value: string): boolean => value.startsWith('/')

function movedTo({ addressEnv }: ModelProvider, env: InsideQuestion['env']): string | undefined {
  const address = addressEnv === undefined ? '' : (env[addressEnv] ?? '')
  return URL.canParse(address) ? address : undefined
}

function localAddress({ id }: ModelProvider, providers: InsideQuestion['providers']): string | undefined {
  const place = providers.places(id)[0]
  return place === undefined ? undefined : `http://${place.host}${place.basePath}/v1`
}

/** Only what a gateway can look for: as long as its stand-in. */
function secretsOf(services: readonly ModelService[]): Secret[] {
  const found = new Map<string, Secret>()
  for (const { host, placeholder, credential = '' } of services) {
    if (credential.length !== placeholder.length || credential.length < 8) continue
    const known = found.get(credential)
    found.set(credential, { name: known?.name ?? `model ${found.size + 1}`, value: credential, placeholder, hosts: [...(known?.hosts ?? []), host.replace(/:\d+$/, '')] })
  }
  return [...found.values()]
}
