import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { trustBundle, type TrustPaths } from './trust.ts'

/** Where systems keep the roots that they trust: Debian and its like, macOS, others. */
export const systemBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem']

/**
 * Writes the files by which programs trust a way out: the session's root beside those of the system, and alone.
 * @param dir a folder of ours, made where it is missing
 */
export function writeTrustFiles(dir: string, rootPem: string): TrustPaths {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const found = systemBundles.find((path) => existsSync(path))
  const roots = found === undefined ? rootCertificates.join('\n') : readFileSync(found, 'utf8')
  const write = (name: string, text: string): string => {
    const file = join(dir, name)
    writeFileSync(file, text, { mode: 0o444 })
    return file
  }
  return { bundle: write('ca-certificates.crt', trustBundle(roots, rootPem)), root: write('ca.pem', rootPem), folder: dir }
}
