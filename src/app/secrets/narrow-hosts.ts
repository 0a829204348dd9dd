import { secretHost } from '../../spec/config/secrets.ts'

/** What is left of a secret's hosts when an agent narrows them; `outside` is what it must not have asked for. */
export function narrowHosts(hosts: readonly string[], narrowed: readonly string[] | undefined): { readonly hosts: readonly string[]; readonly outside: readonly string[] } {
  if (narrowed === undefined) return { hosts, outside: [] }
  const read = narrowed.map((written) => {
    const parsed = secretHost.safeParse(written)
    return { written, host: parsed.success && hosts.some((pattern) => covers(pattern, parsed.data)) ? parsed.data : undefined }
  })
  return { hosts: [...new Set(read.flatMap(({ host }) => host ?? []))], outside: read.flatMap(({ written, host }) => (host === undefined ? [written] : [])) }
}

/** Is every host of the second one a host of the first? Both are names or `*.name`. */
function covers(pattern: string, narrower: string): boolean {
  return pattern === narrower || (pattern.startsWith('*.') && narrower.endsWith(pattern.slice(1)))
}
