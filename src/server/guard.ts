import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../spec/app-error.ts'
import type { Author } from '../spec/events/envelope.ts'

/** The parts of a request that decide whether it may come in, wherever it comes from (route, socket, stream). */
export interface Knock {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly authorization: string | undefined
  readonly cookie: string | undefined
  /** Token from a WebSocket subprotocol, for programs that can not set headers there. */
  readonly offered?: string
  readonly fetchSite?: string | undefined
}

export interface GuardOptions {
  readonly token: string
  /** Exact `host:port` values. */
  readonly hosts: readonly string[]
}

const localUser: Author = { kind: 'user', id: 'local' }

/**
 * Anything on this machine, and any web page through the user's browser, may knock. So: the Host must be one of ours
 * (a rebound DNS name is not), a browser's Origin must be ours, and the install token must come along.
 */
export class Guard {
  readonly #options: GuardOptions
  readonly #origins: ReadonlySet<string>
  readonly #cookieValue: string
  readonly cookieName: string

  constructor(options: GuardOptions) {
    this.#options = options
    this.#origins = new Set(options.hosts.map((host) => `http://${host}`))
    // Derived, so that it outlives a restart and does not give the token away.
    this.#cookieValue = createHmac('sha256', options.token).update('omnigent cookie 1').digest('base64url')
    // Cookies ignore ports: the name keeps two servers on one machine apart.
    this.cookieName = `omni_${options.hosts[0]?.split(':').at(-1) ?? 'local'}`
  }

  /** @throws {AppError} 'forbidden' on a foreign Host or Origin. Checked before anything else. */
  checkPlace({ host, origin, fetchSite }: Knock): void {
    if (host === undefined || !this.#options.hosts.includes(host.toLowerCase())) {
      throw new AppError('forbidden', 'This address is not one of the server’s. Use the one that `omni server status` prints.')
    }
    if (origin !== undefined && !this.#origins.has(origin)) throw new AppError('forbidden', 'Requests from other web sites are refused.')
    if (origin === undefined && fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
      throw new AppError('forbidden', 'Requests from other web sites are refused.')
    }
  }

  /** @throws {AppError} 'unauthorized' without the right token or cookie. */
  checkToken(knock: Knock): Author {
    const bearer = /^Bearer (.+)$/.exec(knock.authorization ?? '')?.[1] ?? knock.offered
    if (bearer !== undefined && same(bearer, this.#options.token)) return localUser
    if (bearer === undefined && same(readCookie(knock.cookie, this.cookieName), this.#cookieValue)) return localUser
    throw new AppError('unauthorized', 'The token is missing or wrong. `omni run` signs you in; the page’s address with the token is printed by `omni server status`.')
  }

  /** Swaps the install token for the cookie that a browser keeps. @throws {AppError} 'unauthorized'. */
  signIn(token: string): string {
    if (!same(token, this.#options.token)) throw new AppError('unauthorized', 'That token is not this server’s.')
    return `${this.cookieName}=${this.#cookieValue}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`
  }
}

/** Compares in constant time, whatever the lengths. */
function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function readCookie(header: string | undefined, name: string): string {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name) return value ?? ''
  }
  return ''
}
