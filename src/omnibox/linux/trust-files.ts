import { existsSync } from 'node:fs'
import { trustEnvironment } from '../gateway/trust.ts'
import { systemBundles, writeTrustFiles } from '../gateway/write-trust.ts'

export interface Trust {
  /** Where each file stands inside → where it is. */
  readonly files: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}
export const noTrust: Trust = { files: {}, env: {} }

/** A folder that every box has for itself. */
const inside = '/run/omnibox'

/**
 * Writes the files by which programs in a box trust its way out, and puts them in the place of the system's.
 * @param dir a folder of ours that the box does not see
 * @param wholeDisk the box shows the machine's own files: only such as are there can be covered
 */
export function writeTrust(dir: string, rootPem: string, wholeDisk: boolean): Trust {
  const { bundle, root } = writeTrustFiles(dir, rootPem)
  const covered = systemBundles.slice(0, 2).filter((path) => !wholeDisk || existsSync(path))
  return {
    files: { [`${inside}/certs/ca-certificates.crt`]: bundle, [`${inside}/ca.pem`]: root, ...Object.fromEntries(covered.map((path) => [path, bundle])) },
    env: trustEnvironment({ bundle: `${inside}/certs/ca-certificates.crt`, root: `${inside}/ca.pem`, folder: `${inside}/certs` }),
  }
}
