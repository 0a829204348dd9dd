import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { createClaudeCodeAdapter } from '../harness/claude-code/adapter.ts'
import { createCodexAdapter } from '../harness/codex/adapter.ts'
import { createOmniAdapter } from '../harness/omni/adapter.ts'
import { createPiAdapter } from '../harness/pi/adapter.ts'
import { createScriptedAdapter } from '../harness/scripted/adapter.ts'
import { claudeSubAgents } from '../harness/claude-code/sub-agent-dialect.ts'
import { foreignHarnessNames } from '../harness/foreign-names.ts'
import type { ForeignDialects } from '../spec/agent/foreign/foreign-dialects.ts'

/** Every harness that is here, one line each. */
export function createAdapters(place: { readonly node: string; readonly omniProgram: string; readonly scriptedProgram: string }): readonly HarnessAdapter[] {
  return [
    createClaudeCodeAdapter(),
    createCodexAdapter(),
    createPiAdapter({ node: place.node }),
    createOmniAdapter({ node: place.node, program: place.omniProgram }),
    createScriptedAdapter({ node: place.node, program: place.scriptedProgram }),
  ]
}

/** Ids that agent files may name already and whose adapter comes later: an honest answer instead of a typo hint. */
export const plannedHarnesses: readonly string[] = [
  'claude-sdk', 'openai-agents', 'gemini', 'opencode', 'goose', 'qwen', 'copilot', 'cursor',
]

/** What agent files of other tools call things. */
export const foreignDialects: ForeignDialects = { harnesses: foreignHarnessNames, subAgents: claudeSubAgents }
