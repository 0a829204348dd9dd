import { proxyAddress } from '../gateway/proxy-password.ts'
import { trustEnvironment, type TrustPaths } from '../gateway/trust.ts'

export interface WayFromInside {
  readonly port: number
  readonly password: string
  readonly trust: TrustPaths
}

/** Where programs may write what they need for a while, unless they are told of another place. */
export function tempEnvironment(temp: string): Readonly<Record<string, string>> {
  // zsh puts what it passes on to commands (here-documents) where the second one says.
  return { TMPDIR: temp, TMPPREFIX: `${temp}/zsh` }
}

/** The variables that lead programs to their way out. Nothing else does: one that does not read them gets no further than the sandbox. */
export function wayEnvironment(way: WayFromInside): Readonly<Record<string, string>> {
  const proxy = proxyAddress(way)
  return {
    ...trustEnvironment(way.trust),
    ...Object.fromEntries(['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => [name, proxy])),
    // A machine's own exceptions lead to places that no box reaches.
    no_proxy: '', NO_PROXY: '',
    // Node reads the others by this one alone; git would first ask without the password.
    NODE_USE_ENV_PROXY: '1', GIT_HTTP_PROXY_AUTHMETHOD: 'basic',
  }
}
