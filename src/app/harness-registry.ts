import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { createAcpAdapter } from '../harness/acp/adapter.ts'
import { acpCatalogue } from '../harness/acp/catalogue.ts'
import { type OwnAcpAgent, ownAcpRow } from '../harness/acp/own-row.ts'
import { createClaudeCodeAdapter } from '../harness/claude-code/adapter.ts'
import { createCodexAdapter } from '../harness/codex/adapter.ts'
import { createPiAdapter } from '../harness/pi/adapter.ts'
import { createScriptedAdapter } from '../harness/scripted/adapter.ts'

/** Every harness that is here, one line each. */
export function createAdapters(place: { readonly node: string; readonly scriptedProgram: string; readonly ownAcp: Readonly<Record<string, OwnAcpAgent>> }): readonly HarnessAdapter[] {
  return [
    createClaudeCodeAdapter(),
    createCodexAdapter(),
    createPiAdapter({ node: place.node }),
    ...acpCatalogue.map((row) => createAcpAdapter(row, place)),
    ...Object.entries(place.ownAcp).map(([name, agent]) => createAcpAdapter(ownAcpRow(name, agent), place)),
    createScriptedAdapter({ node: place.node, program: place.scriptedProgram }),
  ]
}

/** Ids that agent files may name already and whose adapter comes later: an honest answer instead of a typo hint. */
export const plannedHarnesses: readonly string[] = [
  'omni', 'claude-sdk', 'openai-agents',
]
