import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { createAcpAdapter } from '../harness/acp/adapter.ts'
import { acpCatalogue } from '../harness/acp/catalogue.ts'
import { type OwnAcpAgent, ownAcpRow } from '../harness/acp/own-row.ts'
import { createClaudeCodeAdapter } from '../harness/claude-code/adapter.ts'
import { createClaudeSdkAdapter } from '../harness/claude-sdk/adapter.ts'
import { createCodexAdapter } from '../harness/codex/adapter.ts'
import { createOmniAdapter } from '../harness/omni/adapter.ts'
import { createPiAdapter } from '../harness/pi/adapter.ts'
import { createScriptedAdapter } from '../harness/scripted/adapter.ts'
import { claudeSubAgents } from '../harness/claude-code/sub-agent-dialect.ts'
import { foreignHarnessNames } from '../harness/foreign-names.ts'
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
    ...acpCatalogue.map((row) => createAcpAdapter(row, place)),
    ...Object.entries(place.ownAcp).map(([name, agent]) => createAcpAdapter(ownAcpRow(name, agent), place)),
    createScriptedAdapter({ node, program: programOf('scripted') }),
  ]
}

/** Ids that agent files may name already and whose adapter comes later: an honest answer instead of a typo hint. */
export const plannedHarnesses: readonly string[] = [
  'openai-agents',
]

/** What agent files of other tools call things. */
export const foreignDialects: ForeignDialects = { harnesses: foreignHarnessNames, subAgents: claudeSubAgents }
