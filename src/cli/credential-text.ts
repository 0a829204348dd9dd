import type { Credential } from '../spec/ports/host-link.ts'

/** What a harness signs in with, in words. */
export function credentialText({ kind, from, also }: Credential): string {
  const rest = also === undefined ? '' : ` (also here: ${also})`
  switch (kind) {
    case 'gateway': return `gateway ${from}${rest}`
    case 'environment': return `${from} of the environment${rest}`
    case 'login': return `its own login, ${from}${rest}`
    case 'saved': return `saved key: ${from}${rest}`
    case 'none': return 'no credential'
    case 'none-needed': return 'needs no credential'
    case 'unknown': return 'its own login can not be seen from here'
    default: return assertNever(kind)
  }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected credential ${JSON.stringify(value)}`)
}
