import { usualPort } from '../../spec/net/usual-port.ts'
import { expandBraces, globTest } from './match-glob.ts'

/** A pattern of an address, cut where an address is cut: each part a glob of its own. */
export interface UrlPattern {
  readonly scheme: string
  /** `host` or `host:port`, lower-case; without the port that goes without saying. */
  readonly authority: string
  readonly path: string
}

/**
 * Patterns of addresses. A star in the host stays in the host: `https://*.acme.org/**` does not fit `https://evil.example/x.acme.org/`.
 * Without a path it is the path `/`; `wss` is `https`. Undefined for what does not begin with `scheme://`: that is a plain glob.
 */
export function readUrlPattern(pattern: string): UrlPattern | undefined {
  const [, name = '', place = '', path = '/'] = /^([a-z*][a-z0-9+.*-]*):\/\/([^/]*)(\/.*)?$/is.exec(pattern) ?? []
  if (name === '') return undefined
  const scheme = name.toLowerCase().replace(/^ws(?=s?$)/, 'http')
  const port = usualPort(scheme)
  const authority = place.toLowerCase()
  return { scheme, authority: port !== undefined && authority.endsWith(`:${port}`) ? authority.slice(0, -1 - String(port).length) : authority, path }
}

export function urlTest(wanted: string): (url: string) => boolean {
  const tests = expandBraces(wanted).map((pattern) => {
    const parts = readUrlPattern(pattern)
    if (parts === undefined) return globTest(pattern)
    const [scheme, authority, path] = [globTest(parts.scheme), globTest(parts.authority), globTest(parts.path)]
    return (url: string): boolean => {
      const [, name, place, rest] = /^([^:/]+):\/\/([^/]*)(.*)$/s.exec(url) ?? []
      return name !== undefined && place !== undefined && rest !== undefined && scheme(name) && authority(place.toLowerCase()) && path(rest)
    }
  })
  return (url) => tests.some((test) => test(url))
}
