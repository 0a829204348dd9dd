import type { Action } from '../../spec/actions.ts'

/** A request, as far as it matters for what it does over there. */
export type RequestLike = Pick<Extract<Action, { kind: 'net.request' }>, 'method' | 'host' | 'path' | 'bodyBytes'>

/** A POST that asks and changes nothing. */
interface ReadLike {
  readonly host: RegExp
  readonly path: RegExp
  /** With a body no longer than this. */
  readonly maxBytes?: number
}

const npmHosts = /(?:^|\.)(?:npmjs\.org|registry\.yarnpkg\.com)$/
/** `0000`, the end of a list without entries: git asks whether it would be let in before it sends a large pack. */
const probeBytes = 4

/**
 * POSTs that read: shipped, so that a fetch or an audit is no write. By host, because a path alone proves nothing about somebody's server;
 * only git's own two say the same everywhere. What tells reading from writing by its body (GraphQL, git-lfs) is not here: the body is
 * not looked at.
 * @see gitprotocol-http(5), "Smart Service git-upload-pack"; git's remote-curl.c, `probe_rpc`
 * @see npm-audit(1), "Bulk Advisory Endpoint" and "Quick Audit Endpoint"; npm's registry API, "search"
 * @see Composer's `ComposerRepository::getSecurityAdvisories`; osv.dev, "POST /v1/query" and "POST /v1/querybatch"
 * @see Rekor's OpenAPI, `searchIndex` and `searchLogQuery`
 */
const readLikePosts: readonly ReadLike[] = [
  { host: /./, path: /\/git-upload-pack$/ },
  { host: /./, path: /\/git-receive-pack$/, maxBytes: probeBytes },
  { host: npmHosts, path: /^\/-\/npm\/v1\/security\/(?:advisories\/bulk|audits(?:\/quick)?)$/ },
  { host: npmHosts, path: /^\/-\/v1\/search$/ },
  { host: /^packagist\.org$/, path: /^\/api\/security-advisories\/?$/ },
  { host: /^api\.osv\.dev$/, path: /^\/v1\/query(?:batch)?$/ },
  { host: /^rekor\.sigstore\.dev$/, path: /^\/api\/v1\/(?:index|log\/entries)\/retrieve$/ },
]

/** Methods that change nothing, by what they mean. @see RFC 9110 §9.2.1 */
export const readingMethods = ['GET', 'HEAD', 'OPTIONS'] as const

/** Whether a request changes something over there. Undefined without a method; a method that nobody knows writes. */
export function writesOf({ method, host, path = '', bodyBytes }: RequestLike): boolean | undefined {
  if (method === undefined) return undefined
  const name = method.toUpperCase()
  if (readingMethods.some((each) => each === name)) return false
  if (name !== 'POST') return true
  const asked = path.replace(/\?.*$/s, '')
  return !readLikePosts.some((row) => row.host.test(host.toLowerCase()) && row.path.test(asked) && (row.maxBytes === undefined || (bodyBytes !== undefined && bodyBytes <= row.maxBytes)))
}
