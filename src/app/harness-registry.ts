import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { createAcpAdapter } from '../harness/acp/adapter.ts'
import { acpCatalogue } from '../harness/acp/catalogue.ts'
import { type OwnAcpAgent, ownAcpRow } from '../harness/acp/own-row.ts'
import { createClaudeCodeAdapter } from '../harness/claude-code/adapter.ts'
import { createClaudeSdkAdapter } from '../harness/claude-sdk/adapter.ts'
import { createCodexAdapter } from '../harness/codex/adapter.ts'
import { createOmniAdapter } from '../harness/omni/adapter.ts'
import { createOpenaiAgentsAdapter } from '../harness/openai-agents/adapter.ts'
import { createPiAdapter } from '../harness/pi/adapter.ts'
import { createScriptedAdapter } from '../harness/scripted/adapter.ts'
import { conformance } from '../harness/conformance.ts'
import { modelProviders as knownProviders } from '../harness/providers/list-models.ts'
import { shippedPriceTable as knownPrices } from '../harness/providers/price-table.ts'
import { claudeSubAgents } from '../harness/claude-code/sub-agent-dialect.ts'
import { foreignHarnessNames } from '../harness/foreign-names.ts'
import type { PriceTable } from '../spec/money/price-table.ts'
import type { ModelProviders } from '../spec/ports/model-provider.ts'
import type { ForeignDialects } from '../spec/agent/foreign/foreign-dialects.ts'

export interface AdapterPlace {
  readonly node: string
  /** The file of a harness's program that is part of this package. */
  readonly programOf: (harness: string) => string
  readonly ownAcp: Readonly<Record<string, OwnAcpAgent>>
}

/** Every harness that is here, one line each. */
export function createAdapters(place: AdapterPlace): readonly HarnessAdapter[] {
  const { node, programOf } = place
  return [
    createClaudeCodeAdapter(),
    createClaudeSdkAdapter({ node, program: programOf('claude-sdk') }),
    createCodexAdapter(),
    createPiAdapter({ node }),
    createOmniAdapter({ node, program: programOf('omni') }),
    createOpenaiAgentsAdapter({ node, program: programOf('openai-agents') }),
    ...acpCatalogue.map((row) => createAcpAdapter(row, place)),
    ...Object.entries(place.ownAcp).map(([name, agent]) => createAcpAdapter(ownAcpRow(name, agent), place)),
    createScriptedAdapter({ node, program: programOf('scripted') }),
  ]
}

/** The model services that are known by name. */
export const modelProviders: ModelProviders = knownProviders

/** What their models cost. */
export const shippedPrices: PriceTable = knownPrices

/** What the conformance suite last observed on each real program. */
export const conformanceResults: typeof conformance = conformance

/** What agent files of other tools call things. */
export const foreignDialects: ForeignDialects = { harnesses: foreignHarnessNames, subAgents: claudeSubAgents }
