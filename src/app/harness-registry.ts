import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { createScriptedAdapter } from '../harness/scripted/adapter.ts'

/** Every harness that is here, one line each. */
export function createAdapters(place: { readonly node: string; readonly scriptedProgram: string }): readonly HarnessAdapter[] {
  return [
    createScriptedAdapter({ node: place.node, program: place.scriptedProgram }),
  ]
}

/** Ids that agent files may name already and whose adapter comes later: an honest answer instead of a typo hint. */
export const plannedHarnesses: readonly string[] = [
  'omni', 'claude-code', 'codex', 'pi', 'claude-sdk', 'openai-agents', 'gemini', 'opencode', 'goose', 'qwen', 'copilot', 'cursor',
]
