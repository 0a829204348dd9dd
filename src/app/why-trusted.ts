import type { LoadedAgent } from '../spec/agent/load-request.ts'
import { beyondWorkspace } from '../spec/agent/beyond-workspace.ts'
import { trustAsk, type TrustAsk } from '../spec/trust/trust-card.ts'
import type { Config } from './config.ts'
import { trustedHashes } from './named-agents.ts'
import { pathsOf } from './paths.ts'
import { covers } from './trust-desk.ts'
import { openTrustStore } from './trust-store.ts'

export interface FileTrust {
  readonly asks: readonly TrustAsk[]
  /** `nothing`: it asks for nothing. `place`: it is shipped, or in `~/.omnigent/agents`. `card`: a person said yes to this very content. */
  readonly trusted: 'nothing' | 'place' | 'card' | 'no'
}

/** What an agent file asks for, and whether it may have it on this machine. */
export async function whyTrusted(config: Pick<Config, 'cwd' | 'environment' | 'home'>, loaded: LoadedAgent): Promise<FileTrust> {
  const asks = beyondWorkspace(loaded.agent, { sources: loaded.sources, workspace: config.cwd }).map(trustAsk)
  if (asks.length === 0) return { asks, trusted: 'nothing' }
  if (covers(openTrustStore(pathsOf(config.home).trust).remembered(loaded.hash), { hash: loaded.hash, asks })) return { asks, trusted: 'card' }
  return { asks, trusted: (await trustedHashes(config)).has(loaded.hash) ? 'place' : 'no' }
}
