import type { HeaderFields } from './dialects/dialect.ts'
import type { DialectId } from '../../../spec/net/model-service.ts'

/** A model service on the wire: where it is and what it speaks. The table of services is given, as their names are vendors'. */
export interface ModelRoute {
  /** Host name, and its port where it is not the scheme's own. In lower case. */
  readonly host: string
  /** What all of its paths begin with, such as `/v1`; empty for any. */
  readonly basePath: string
  readonly dialects: readonly DialectId[]
  /** Its Chat Completions streams tell their usage unasked, and it refuses to be asked. */
  readonly tellsUsage?: boolean
}

/** The route of a request: of those that fit, the one with the longest path. @param path without its query */
export function routeOf(routes: readonly ModelRoute[], host: string, path: string): ModelRoute | undefined {
  const fits = routes.filter((route) => route.host === host.toLowerCase() && (path === route.basePath || path.startsWith(`${route.basePath}/`)))
  return fits.toSorted((left, right) => right.basePath.length - left.basePath.length)[0]
}

/** How a credential is carried. */
export type CredentialScheme = 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key'

interface Addressed {
  readonly headers: HeaderFields
  /** With its query. */
  readonly path: string
}

const credentialHeaders = ['authorization', 'proxy-authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie'] as const
const credentialQuery = ['key', 'api_key', 'apikey', 'access_token'] as const

/** The credential that a client sent, in whichever of the ways; undefined without one, or with two that differ. */
export function readCredential({ headers, path }: Addressed): string | undefined {
  const carried = (['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const).map((name) => [headers[name]].flat()[0]?.replace(/^bearer\s+/i, '').trim())
  const asked = credentialQuery.map((name) => new URLSearchParams(queryOf(path)).get(name) ?? undefined)
  const sent = new Set([...carried, ...asked].filter((each) => each !== undefined && each !== ''))
  return sent.size === 1 ? [...sent][0] : undefined
}

/** In what a request carries its credential: the real one goes the same way. A program signed in with an account says `bearer` where one with a key says something else. */
export function carrierOf({ headers }: Pick<Addressed, 'headers'>): CredentialScheme {
  return (['x-api-key', 'api-key', 'x-goog-api-key'] as const).find((name) => headers[name] !== undefined) ?? (headers['authorization'] === undefined ? 'x-goog-api-key' : 'bearer')
}

/** The request with nothing of the client's credentials, and with the real one if there is one. */
export function withCredential({ headers, path }: Addressed, real?: { readonly scheme: CredentialScheme; readonly value: string }): Addressed {
  const kept = Object.entries(headers).filter(([name]) => !(credentialHeaders as readonly string[]).includes(name.toLowerCase()))
  const bare = { headers: Object.fromEntries(kept), path: withoutQuery(path) }
  if (real === undefined) return bare
  const [name, value] = real.scheme === 'bearer' ? ['authorization', `Bearer ${real.value}`] : [real.scheme, real.value]
  return { ...bare, headers: { ...bare.headers, [name]: value } }
}

const queryOf = (path: string): string => (path.includes('?') ? path.slice(path.indexOf('?') + 1) : '')

function withoutQuery(path: string): string {
  const query = new URLSearchParams(queryOf(path))
  if (!credentialQuery.some((name) => query.has(name))) return path
  for (const name of credentialQuery) query.delete(name)
  const bare = path.slice(0, path.indexOf('?'))
  return query.size === 0 ? bare : `${bare}?${query.toString()}`
}
