import { expandBraces, globTest } from './match-glob.ts'

/** Whether a host is the one that is wanted: `*.example.org` is also `example.org`; case and a last dot do not count. */
export function hostTest(wanted: string): (host: string) => boolean {
  const globs = expandBraces(wanted.toLowerCase()).map((glob) => ({ fits: globTest(glob), domain: glob.startsWith('*.') ? glob.slice(2) : undefined }))
  return (name) => {
    const host = name.toLowerCase().replace(/\.$/, '')
    return globs.some(({ fits, domain }) => fits(host) || host === domain)
  }
}
