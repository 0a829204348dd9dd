import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { headersOf } from './read-target.ts'
import type { Refusal } from './refusal.ts'

/** The user of every proxy with a password: only the password tells sessions apart. */
const user = 'omni'

/** What a client is to send with a refusal of status 407, as header and value. @see RFC 7617 */
export const proxyChallenge = ['Proxy-Authenticate', 'Basic realm="omnibox"'] as const

/** The address of a proxy for variables like `https_proxy`. @param password letters, digits, `-` and `_` */
export const proxyAddress = ({ port, password }: { readonly port: number; readonly password: string }): string => `http://${user}:${password}@127.0.0.1:${port}`

/**
 * Why a request to a proxy is not taken: whoever does not know its password is not of the session, so what they ask for is none of its
 * facts and is recorded nowhere. A door without one is where nobody else can come.
 */
export function passwordProblem(incoming: IncomingMessage, password: string | undefined): Refusal | undefined {
  if (password === undefined) return undefined
  const [given, ...more] = headersOf(incoming, 'proxy-authorization')
  const credentials = /^basic +([a-z0-9+/=]+)$/i.exec(given?.trim() ?? '')?.[1]
  if (credentials !== undefined && more.length === 0 && isSame(Buffer.from(credentials, 'base64'), Buffer.from(`${user}:${password}`))) return undefined
  return { status: 407, rule: 'gateway/proxy-password', message: 'This proxy belongs to a session: it wants the password that its programs were given.' }
}

/** Takes as long whatever is in them. */
const isSame = (left: Buffer, right: Buffer): boolean => timingSafeEqual(digest(left), digest(right))
const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()
