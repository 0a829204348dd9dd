import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createCertificateAuthority } from './certificates.ts'
import { createSecureContexts } from './secure-contexts.ts'
import { trustBundle, trustEnvironment } from './trust.ts'

const folder = mkdtempSync(join(tmpdir(), 'omni-certificates-'))
afterAll(() => rmSync(folder, { recursive: true }))
const authority = createCertificateAuthority({ session: 'ses_1', now: () => Date.now() })
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const root = write('root.pem', authority.root)

describe('a leaf', () => {
  it.each(['example.org', 'a_b.example.org', `${'a'.repeat(60)}.${'b'.repeat(60)}.example.org`, '192.0.2.1', '2001:db8::7', '::ffff:1.2.3.4'])('for %s passes the strictest check', (host) => {
    const leaf = write('leaf.pem', authority.leafFor(host))
    const name = /^[\d.]+$|:/.test(host) ? ['-verify_ip', host] : ['-verify_hostname', host]
    expect(execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', root, ...name, leaf], { encoding: 'utf8' })).toContain('OK')
  })

  it('is for one host, for servers, signed by the root, with a serial of its own', () => {
    const [leaf, other] = [new X509Certificate(authority.leafFor('example.org')), new X509Certificate(authority.leafFor('example.org'))]
    expect(leaf.checkHost('example.org')).toBe('example.org')
    expect(leaf.checkHost('www.example.org')).toBeUndefined()
    expect(leaf.verify(new X509Certificate(authority.root).publicKey)).toBe(true)
    expect([leaf.ca, leaf.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.1']])
    expect(leaf.serialNumber).not.toBe(other.serialNumber)
  })

  it('is valid now, for clocks that are behind too, and no longer than the root', () => {
    const now = Date.UTC(2049, 11, 20) // Its end is written in the other form of time.
    const late = createCertificateAuthority({ session: 's', now: () => now })
    const leaf = new X509Certificate(late.leafFor('example.org'))
    expect([Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]).toEqual([now - 86_400_000, now + 30 * 86_400_000])
    expect(Date.parse(new X509Certificate(late.root).validTo)).toBeGreaterThan(Date.parse(leaf.validTo))
  })

  it('is trusted by nobody else’s root', () => {
    const other = write('other.pem', createCertificateAuthority({ session: 'ses_1', now: () => Date.now() }).root)
    const leaf = write('leaf.pem', authority.leafFor('example.org'))
    expect(() => execFileSync('openssl', ['verify', '-CAfile', other, leaf], { stdio: 'ignore' })).toThrow(/Command failed/)
  })
})

it('keeps as many contexts as it may, the last used ones, and makes old ones anew', () => {
  let now = Date.now()
  const made: string[] = []
  const contexts = createSecureContexts({ ...authority, renewAt: () => now + 1_000, leafFor: (host) => (made.push(host), authority.leafFor(host)) }, { maxHosts: 2, now: () => now })
  for (const host of ['a.test', 'b.test', 'a.test', 'c.test', 'a.test', 'b.test']) contexts.contextFor(host)
  expect(made).toEqual(['a.test', 'b.test', 'c.test', 'b.test'])
  expect(contexts.size).toBe(2)
  now += 1_001
  contexts.contextFor('b.test')
  expect(made.at(-1)).toBe('b.test')
  expect(made).toHaveLength(5)
})

it('joins roots and names the variables that lead to them', () => {
  expect(trustBundle('SYSTEM', `${authority.root}\n`)).toBe(`SYSTEM\n${authority.root}`)
  const names = trustEnvironment({ bundle: '/etc/ssl/certs/ca-certificates.crt', root: '/etc/omnibox-ca.pem', folder: '/etc/ssl/certs' })
  expect(names).toMatchObject({ NODE_EXTRA_CA_CERTS: '/etc/omnibox-ca.pem', SSL_CERT_DIR: '/etc/ssl/certs', GIT_SSL_CAINFO: '/etc/ssl/certs/ca-certificates.crt', REQUESTS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt' })
  expect(Object.keys(names)).toHaveLength(17)
})
