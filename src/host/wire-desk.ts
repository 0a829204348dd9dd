import type { Billing } from '../spec/events/turn-data.ts'
import type { GatewayWord, SessionWay } from '../spec/ports/gateway.ts'
import type { Verdict } from '../spec/ports/harness.ts'
import type { HostFact, ToHost } from '../spec/ports/host-link.ts'

export interface WireDesk {
  /** What the gateway says of this session's way out. */
  hear(word: GatewayWord): void
  netVerdict(order: Extract<ToHost, { type: 'net.verdict' }>): void
  modelVerdict(call: string, verdict: Verdict): void
}

/** Between a session's way out and the engine: words become facts, orders reach what waits. */
export function createWireDesk({ fact, tell, billing }: { fact(fact: HostFact): void; tell: SessionWay['tell']; billing(): Billing | undefined }): WireDesk {
  const whoPays = (): { readonly billing?: Billing } => {
    const known = billing()
    return known === undefined ? {} : { billing: known }
  }
  return {
    hear(word) {
      switch (word.type) {
        case 'net.wanted': return fact(word)
        case 'net.withdrawn': return fact(word)
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
    netVerdict: ({ request, verdict }) => tell({ type: 'net.verdict', request, verdict: verdict.type === 'deny' ? verdict : { type: 'allow' } }),
    modelVerdict: (call, verdict) => tell({ type: 'model.verdict', call, verdict }),
  }
}
