import { absolute } from '../paths.ts'
import { type GitConfiguration, valuesOfKey } from './git-configuration.ts'

export interface GitAddress {
  readonly scheme: string
  readonly host: string
  readonly port?: number
  /** Without the leading slash and `.git`. */
  readonly path: string
}

const usualPorts: Readonly<Record<string, number>> = { ssh: 22, https: 443, http: 80, git: 9418 }

/**
 * The parts of an address as git reads it: `scheme://[user@]host[:port]/path` or `[user@]host:path`. Undefined for a local path.
 * @see git-push(1), "GIT URLS"
 */
export function parseGitAddress(text: string): GitAddress | undefined {
  const [, scheme, host, port, path] = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::(\d*))?\/*(.*)$/i.exec(text) ?? []
  if (scheme !== undefined && host !== undefined) {
    if (scheme.toLowerCase() === 'file') return undefined
    const known = scheme.toLowerCase().replace(/^git\+ssh$|^ssh\+git$/, 'ssh')
    const number = Number(port ?? '')
    return { scheme: known, host: host.toLowerCase(), ...(number > 0 && number !== usualPorts[known] ? { port: number } : {}), path: bare(path ?? '') }
  }
  const [, scpHost, scpPath] = /^(?:[^/@:]*@)?(\[[^\]]*\]|[^/:]+):(?!\/\/)(.*)$/.exec(text) ?? []
  return scpHost === undefined ? undefined : { scheme: 'ssh', host: scpHost.toLowerCase(), path: bare((scpPath ?? '').replace(/^\/+/, '')) }
}

const bare = (path: string) => path.replace(/\/+$/, '').replace(/\.git$/, '')

/** `host/owner/name`, or the absolute path of a local repository. Undefined when that is unknown. */
export function repositoryName(address: string, cwd: string | undefined): string | undefined {
  const parsed = parseGitAddress(address)
  if (parsed !== undefined) return `${parsed.host}${parsed.port === undefined ? '' : `:${parsed.port}`}/${parsed.path}`
  return absolute(address.replace(/^file:\/\/[^/]*/i, ''), cwd)
}

/**
 * The addresses that a remote's name or an address stands for. An undefined one is not known; none at all means that the
 * configuration does not say.
 */
export function addressesOf(configuration: GitConfiguration, remote: string, use: 'push' | 'fetch'): readonly (string | undefined)[] {
  const pushUrls = use === 'push' ? valuesOfKey(configuration, `remote.${remote}.pushurl`) : []
  if (pushUrls.length > 0) return pushUrls.map((url) => url && rewrite(configuration, url, 'insteadof'))
  const urls = valuesOfKey(configuration, `remote.${remote}.url`)
  if (urls.length > 0) return (use === 'push' ? urls : urls.slice(0, 1)).map((url) => url && rewriteFor(configuration, url, use))
  // A name without configuration could be a path; only what looks like an address or a path is taken for one.
  if (!/[/:]/.test(remote) && remote !== '.' && remote !== '..') return []
  return [rewriteFor(configuration, remote, use)]
}

function rewriteFor(configuration: GitConfiguration, url: string, use: 'push' | 'fetch'): string | undefined {
  if (use === 'push') {
    const pushed = rewrite(configuration, url, 'pushinsteadof')
    if (pushed !== url) return pushed
  }
  return rewrite(configuration, url, 'insteadof')
}

/** `url.BASE.insteadOf = PREFIX`: the longest prefix that fits is replaced. */
function rewrite({ entries }: GitConfiguration, url: string, rule: 'insteadof' | 'pushinsteadof'): string | undefined {
  let best: { readonly base: string; readonly prefix: string } | undefined
  for (const [key, prefix] of entries) {
    const [, base] = /^url\.(.*)\.(?:push)?insteadof$/i.exec(key) ?? []
    if (base === undefined || !key.toLowerCase().endsWith(`.${rule}`)) continue
    if (prefix === undefined) return undefined
    if (url.startsWith(prefix) && prefix.length > (best?.prefix.length ?? -1)) best = { base, prefix }
  }
  return best === undefined ? url : best.base + url.slice(best.prefix.length)
}
