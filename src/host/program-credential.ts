import { existsSync } from 'node:fs'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { ModelProvider } from '../spec/ports/model-provider.ts'
import { loginPath } from '../spec/ports/vendor-login.ts'
import type { Credential } from '../spec/ports/host-link.ts'
import type { HarnessSettings } from './host-options.ts'

/** Names that hold a secret; the others of `credentialEnv` say where and how. */
export const isSecretName = (name: string): boolean => /_(KEY|TOKEN)$/.test(name)

export interface ChosenCredential {
  /** For people; never holds the secret. */
  readonly says: Credential
  /** Saved keys that the program is given, by the variable it knows. */
  readonly env: Readonly<Record<string, string>>
}

export interface CredentialQuestion {
  readonly adapter: Pick<HarnessAdapter, 'credentialEnv' | 'login' | 'vendor'>
  /** What the program would get without saved keys. */
  readonly env: Readonly<Record<string, string>>
  readonly settings: HarnessSettings
  readonly providers: readonly ModelProvider[]
}

/**
 * What a program signs in with: a gateway, else what its environment holds, else the vendor's login, else saved keys. A saved key
 * never takes the place of anything: that would change who pays.
 */
export function chooseCredential({ adapter, env, settings, providers }: CredentialQuestion): ChosenCredential {
  const { route, savedKeys = {} } = settings
  if (route !== undefined) return { says: { kind: 'gateway', from: route.apiKey === '' ? `${route.baseUrl}, without a key` : route.baseUrl }, env: {} }
  const { credentialEnv, login, vendor } = adapter
  const set = credentialEnv.filter((name) => isSecretName(name) && isSet(env, name))
  const path = login === undefined ? undefined : loginPath(login, env)
  const signedIn = path !== undefined && existsSync(path)
  // Of one vendor there is one way to sign in; a program of several takes a key for each.
  const given = signedIn && vendor !== undefined ? [] : providers.flatMap((provider) => keyFor(provider, { credentialEnv, env, savedKeys }))
  const saved = Object.fromEntries(given.map(({ name, key }) => [name, key]))
  const environment: Credential[] = set.length === 0 ? [] : [{ kind: 'environment', from: set.join(', ') }]
  const vendorLogin: Credential[] = signedIn ? [{ kind: 'login', from: path }] : []
  const keys: Credential[] = given.length === 0 ? [] : [{ kind: 'saved', from: given.map(({ provider }) => provider).join(', ') }]
  const [first, ...others] = [...(login?.first === true ? [...vendorLogin, ...environment] : [...environment, ...vendorLogin]), ...keys]
  if (first !== undefined) return { says: { ...first, ...(others.length === 0 ? {} : { also: others.map(({ from }) => from).join('; ') }) }, env: saved }
  const needsNone = credentialEnv.length === 0 && login === undefined
  return { says: needsNone ? { kind: 'none-needed', from: '' } : { kind: login !== undefined && path === undefined ? 'unknown' : 'none', from: '' }, env: {} }
}

interface Place {
  readonly credentialEnv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly savedKeys: Readonly<Record<string, string>>
}

/** The saved key of a service, under the name that the program knows, unless its environment signs in with that service already. */
function keyFor({ id, keyEnv, otherEnv = [] }: ModelProvider, { credentialEnv, env, savedKeys }: Place): { provider: string; name: string; key: string }[] {
  const name = keyEnv.find((each) => credentialEnv.includes(each))
  const key = Object.hasOwn(savedKeys, id) ? savedKeys[id] : undefined
  if (name === undefined || key === undefined || [...keyEnv, ...otherEnv].some((each) => isSet(env, each))) return []
  return [{ provider: id, name, key }]
}

const isSet = (env: Readonly<Record<string, string>>, name: string): boolean => (env[name] ?? '') !== ''
