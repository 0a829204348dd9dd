import type { ForeignHarness } from '../spec/agent/foreign/foreign-dialects.ts'

/**
 * Harness names of Omnigent's Python edition that are not ours as they stand, or of which it is known what tools an agent without
 * `os_env` has: a terminal program keeps its own, an SDK has none. @see https://github.com/omnigent-ai/omnigent
 */
export const foreignHarnessNames: Readonly<Record<string, ForeignHarness>> = {
  'claude-native': { id: 'claude-code', tools: 'own' }, 'native-claude': { id: 'claude-code', tools: 'own' },
  'claude-sdk': { id: 'claude-sdk', tools: 'granted' }, claude_sdk: { id: 'claude-sdk', tools: 'granted' }, claude: { id: 'claude-sdk', tools: 'granted' },
  'codex-native': { id: 'codex', tools: 'own' }, 'native-codex': { id: 'codex', tools: 'own' },
  'pi-native': { id: 'pi', tools: 'own' }, 'native-pi': { id: 'pi', tools: 'own' },
  'openai-agents': { id: 'openai-agents', tools: 'granted' }, 'openai-agents-sdk': { id: 'openai-agents', tools: 'granted' },
  opencode: { id: 'opencode', tools: 'own' }, 'opencode-native': { id: 'opencode', tools: 'own' }, 'native-opencode': { id: 'opencode', tools: 'own' },
  goose: { id: 'goose', tools: 'own' }, 'goose-native': { id: 'goose', tools: 'own' }, 'native-goose': { id: 'goose', tools: 'own' },
  qwen: { id: 'qwen', tools: 'own' }, 'qwen-code': { id: 'qwen', tools: 'own' }, 'qwen-native': { id: 'qwen', tools: 'own' }, 'native-qwen': { id: 'qwen', tools: 'own' },
  copilot: { id: 'copilot', tools: 'own' }, 'github-copilot': { id: 'copilot', tools: 'own' },
  cursor: { id: 'cursor', tools: 'own' }, 'cursor-native': { id: 'cursor', tools: 'own' },
}
