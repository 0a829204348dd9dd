import type { Billing } from '../spec/events/turn-data.ts'
import { matchHost } from '../spec/net/match-host.ts'
import type { SecretUse } from '../spec/net/net-request.ts'
import type { GatewayWord, SessionWay } from '../spec/ports/gateway.ts'
import type { Verdict } from '../spec/ports/harness.ts'
import type { HostFact, ToHost } from '../spec/ports/host-link.ts'
import type { SessionSecret } from '../spec/ports/session-secrets.ts'

export interface WireDesk {
  /** What the gateway says of this session's way out. */
  hear(word: GatewayWord): void
  netVerdict(order: Extract<ToHost, { type: 'net.verdict' }>): void
  modelVerdict(call: string, verdict: Verdict): void
}

interface WireDeskDeps {
  fact(fact: HostFact): void
  readonly tell: SessionWay['tell']
  /** Who pays for what the program calls now. */
  billing(): Billing | undefined
  /** Those of the session. */
  secrets(): readonly SessionSecret[]
}

/** Between a session's way out and the engine: words become facts, orders reach what waits. */
export function createWireDesk({ fact, tell, billing, secrets }: WireDeskDeps): WireDesk {
  /** Where each request goes that waits, for what is put into it. */
  const hosts = new Map<string, string>()
  const usesFor = (request: string, names: readonly string[]): readonly SecretUse[] => {
    const host = hosts.get(request) ?? ''
    return names.flatMap((name) => secrets().find((secret) => secret.name === name)?.uses.find((use) => matchHost(use.host, host))?.use ?? [])
  }
  const whoPays = (): { readonly billing?: Billing } => {
    const known = billing()
    return known === undefined ? {} : { billing: known }
  }
  return {
    hear(word) {
      switch (word.type) {
        case 'net.wanted':
          hosts.set(word.request.id, word.request.host)
          return fact(word)
        case 'net.withdrawn':
          hosts.delete(word.request)
          return fact(word)
        case 'model.wanted': {
          const { side, ...wanted } = word
          return fact({ ...wanted, ...(side ? { side } : {}), ...whoPays() })
        }
        case 'model.done': return fact({ ...word, ...(word.usage === undefined ? {} : whoPays()) })
        case 'limited': return fact(word)
        // What was decided elsewhere is known there.
        case 'told': return word.event.type === 'decided' && (word.event.verdict === 'asked' || word.event.by === 'authorize') ? undefined : fact({ type: 'net.told', event: word.event })
      }
    },
    netVerdict({ request, verdict }) {
      tell({ type: 'net.verdict', request, verdict: verdict.type === 'deny' ? verdict : { type: 'allow', secrets: usesFor(request, verdict.secrets) } })
      hosts.delete(request)
    },
    modelVerdict: (call, verdict) => tell({ type: 'model.verdict', call, verdict }),
  }
}
