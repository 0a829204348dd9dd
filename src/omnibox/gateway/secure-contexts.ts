import { createSecureContext, type SecureContext } from 'node:tls'
import type { CertificateAuthority } from './certificates.ts'

/**
 * The TLS contexts of a session, one per host, made when first needed and again when half of a leaf's life is over. At most
 * `maxHosts` are kept (35 kB each); the one that was not used for longest goes.
 */
export function createSecureContexts(authority: CertificateAuthority, options: { readonly maxHosts: number; now(): number }): { contextFor(host: string): SecureContext; readonly size: number } {
  // A map keeps the order of insertion: the first is the one that was not used for longest.
  const kept = new Map<string, { readonly context: SecureContext; readonly renewAt: number }>()
  return {
    get size() {
      return kept.size
    },
    contextFor(host) {
      const found = kept.get(host)
      const fresh = found !== undefined && found.renewAt > options.now()
      const entry = fresh ? found : { context: createSecureContext({ key: authority.leafKey, cert: authority.leafFor(host), minVersion: 'TLSv1.2' }), renewAt: authority.renewAt() }
      kept.delete(host)
      kept.set(host, entry)
      const oldest = kept.keys().next().value
      if (kept.size > options.maxHosts && oldest !== undefined) kept.delete(oldest)
      return entry.context
    },
  }
}
