import type { AcpRow } from './acp-row.ts'
import { claudeAcp } from './catalogue/claude-acp.ts'
import { codexAcp } from './catalogue/codex-acp.ts'
import { copilot } from './catalogue/copilot.ts'
import { cursor } from './catalogue/cursor.ts'
import { gemini } from './catalogue/gemini.ts'
import { goose } from './catalogue/goose.ts'
import { kimi } from './catalogue/kimi.ts'
import { opencode } from './catalogue/opencode.ts'
import { piAcp } from './catalogue/pi-acp.ts'
import { qwen } from './catalogue/qwen.ts'

/** Agents that speak ACP, one row of data each. `docs/guides/add-a-harness.md` adds one. */
export const acpCatalogue: readonly AcpRow[] = [gemini, qwen, kimi, opencode, goose, copilot, cursor, claudeAcp, codexAcp, piAcp]
