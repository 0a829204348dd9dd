import type { SecretUse } from '../net/net-request.ts'
import { presetOf, type SecretDefinition } from './secrets.ts'

/** What a definition comes to, its preset filled in. */
export interface SecretTerms {
  readonly hosts: readonly string[]
  /** Variables that hold the stand-in; empty: it is only put in by rules. */
  readonly env: readonly string[]
  /** How it goes to this host, or to the hosts of this pattern. */
  useFor(host: string): SecretUse
}

export function secretTerms(name: string, definition: SecretDefinition): SecretTerms {
  const preset = presetOf(definition)
  const { env = preset?.env ?? [], hosts = preset?.hosts ?? [] } = definition
  const others = new Map(Object.entries(preset?.others ?? {}))
  return {
    hosts: [...new Set(hosts)],
    env: [...new Set(typeof env === 'string' ? [env] : env)],
    useFor(host) {
      // A scheme that the person wrote holds for every host.
      const form = definition.scheme ?? others.get(host) ?? preset?.scheme ?? 'bearer'
      const user = definition.user ?? preset?.user
      switch (form) {
        case 'bearer': return { secret: name, form }
        case 'basic': return { secret: name, form, ...(user === undefined ? {} : { user }) }
        case 'header': return { secret: name, form, ...(definition.header === undefined ? {} : { header: definition.header }) }
      }
    },
  }
}
