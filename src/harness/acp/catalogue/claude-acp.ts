import type { AcpRow } from '../acp-row.ts'

/** Claude Code behind its ACP adapter. Measured with 0.100.0; `claude-code` drives the same program directly and gates more. */
export const claudeAcp: AcpRow = {
  id: 'claude-acp', title: 'Claude Code (ACP)', vendor: 'anthropic',
  program: {
    command: 'claude-agent-acp', signIn: 'Sign in once with: claude   (or set ANTHROPIC_API_KEY)',
    npm: { package: '@agentclientprotocol/claude-agent-acp', version: '0.100.0', minimum: '0.90.0', below: '0.110.0', executables: ['node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js'] },
  },
  args: [],
  env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', API_TIMEOUT_MS: '3600000' },
  projectRuns: ['.claude/settings.json', '.claude/settings.local.json', '.mcp.json', '.claude/skills', '.claude/commands', '.claude/agents'],
  credentialEnv: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CONFIG_DIR'],
  login: { file: { folderEnv: 'CLAUDE_CONFIG_DIR', folder: '.claude', name: '.credentials.json' }, first: false },
  models: { providers: ['anthropic'], named: 'model', ownAliases: ['opus', 'sonnet', 'haiku'] },
  model: { by: 'option' },
  route: { env: { ANTHROPIC_BASE_URL: '{url}', ANTHROPIC_API_KEY: '{key}', CLAUDE_CONFIG_DIR: '{home}/claude', ANTHROPIC_MODEL: '{model}' } },
  mode: 'default',
  capabilities: { gate: 'changes', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: true, context: false, subagents: false },
}
