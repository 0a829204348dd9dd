import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { trustBundle, trustEnvironment } from '../gateway/trust.ts'

export interface Trust {
  /** Where each file stands inside → where it is. */
  readonly files: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}
export const noTrust: Trust = { files: {}, env: {} }

/** Of Debian and its like, and of others. */
const systemBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem']
/** A folder that every box has for itself. */
const inside = '/run/omnibox'

/**
 * Writes the files by which programs in a box trust its way out: the session's root beside those of the system, and alone.
 * @param dir a folder of ours that the box does not see
 * @param wholeDisk the box shows the machine's own files: only such as are there can be covered
 */
export function writeTrust(dir: string, rootPem: string, wholeDisk: boolean): Trust {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const found = systemBundles.find((path) => existsSync(path))
  const roots = found === undefined ? rootCertificates.join('\n') : readFileSync(found, 'utf8')
  const write = (name: string, text: string): string => {
    const file = join(dir, name)
    writeFileSync(file, text, { mode: 0o444 })
    return file
  }
  const [bundle, root] = [write('ca-certificates.crt', trustBundle(roots, rootPem)), write('ca.pem', rootPem)]
  const covered = systemBundles.slice(0, 2).filter((path) => !wholeDisk || existsSync(path))
  return {
    files: { [`${inside}/certs/ca-certificates.crt`]: bundle, [`${inside}/ca.pem`]: root, ...Object.fromEntries(covered.map((path) => [path, bundle])) },
    env: trustEnvironment({ bundle: `${inside}/certs/ca-certificates.crt`, root: `${inside}/ca.pem`, folder: `${inside}/certs` }),
  }
}
