import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { createAcpAdapter } from '../harness/acp/adapter.ts'
import { acpCatalogue } from '../harness/acp/catalogue.ts'
import { type OwnAcpAgent, ownAcpRow } from '../harness/acp/own-row.ts'
import { createClaudeCodeAdapter } from '../harness/claude-code/adapter.ts'
import { createCodexAdapter } from '../harness/codex/adapter.ts'
import { createOmniAdapter } from '../harness/omni/adapter.ts'
import { createPiAdapter } from '../harness/pi/adapter.ts'
import { createScriptedAdapter } from '../harness/scripted/adapter.ts'
import { conformance } from '../harness/conformance.ts'
import { modelProviders as knownProviders } from '../harness/providers/list-models.ts'
import { claudeSubAgents } from '../harness/claude-code/sub-agent-dialect.ts'
import { foreignHarnessNames } from '../harness/foreign-names.ts'
import type { ModelProviders } from '../spec/ports/model-provider.ts'
import type { ForeignDialects } from '../spec/agent/foreign/foreign-dialects.ts'

/** Every harness that is here, one line each. */
export function createAdapters(place: { readonly node: string; readonly omniProgram: string; readonly scriptedProgram: string; readonly ownAcp: Readonly<Record<string, OwnAcpAgent>> }): readonly HarnessAdapter[] {
  return [
    createClaudeCodeAdapter(),
    createCodexAdapter(),
    createPiAdapter({ node: place.node }),
    createOmniAdapter({ node: place.node, program: place.omniProgram }),
    ...acpCatalogue.map((row) => createAcpAdapter(row, place)),
    ...Object.entries(place.ownAcp).map(([name, agent]) => createAcpAdapter(ownAcpRow(name, agent), place)),
    createScriptedAdapter({ node: place.node, program: place.scriptedProgram }),
  ]
}

/** Ids that agent files may name already and whose adapter comes later: an honest answer instead of a typo hint. */
export const plannedHarnesses: readonly string[] = [
  'claude-sdk', 'openai-agents',
]

/** The model services that are known by name. */
export const modelProviders: ModelProviders = knownProviders

/** What the conformance suite last observed on each real program. */
export const conformanceResults: typeof conformance = conformance

/** What agent files of other tools call things. */
export const foreignDialects: ForeignDialects = { harnesses: foreignHarnessNames, subAgents: claudeSubAgents }
