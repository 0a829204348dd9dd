import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { probeProgram } from '../probe-program.ts'
import { claudeOpening, notOffered } from './claude-opening.ts'
import { claudeConversations } from './earlier-conversations.ts'
import { withMcpFile } from './mcp-servers.ts'
import { claudeCodeProgram, claudeLogin } from './program.ts'
import { claudeProjectParts, claudeSetUpFiles } from './project-parts.ts'
import { type ClaudeSetUp, claudeSetUp } from './set-up.ts'
import { startClaude } from './start-claude.ts'

const title = 'Claude Code'

/** What the program is, whether we drive it or its SDK does. */
export const claudeTraits = {
  vendor: 'anthropic', holdsInherit: true, projectParts: claudeProjectParts, setUpFiles: claudeSetUpFiles,
  capabilities: {
    gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: true, images: true, mcp: true, usage: true, context: true, subagents: true,
  },
  credentialEnv: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CONFIG_DIR'],
  login: claudeLogin, models: { providers: ['anthropic'], named: 'model', ownAliases: ['opus', 'sonnet', 'haiku'] },
} as const satisfies Partial<HarnessAdapter>

/** Claude Code over its stream-json control protocol; a PreToolUse hook callback is the gate. */
export function createClaudeCodeAdapter(): HarnessAdapter {
  return {
    id: 'claude-code', title, program: claudeCodeProgram, ...claudeTraits,
    probe: (place) => probeProgram(claudeCodeProgram, place, { id: 'claude-code', title, node: process.execPath }),
    // Of both that drive it one lists them.
    earlier: claudeConversations,
    start,
  }
}

async function start(context: HarnessContext): Promise<HarnessSession> {
  const setUp = await claudeSetUp(context)
  return withMcpFile(context.home, setUp.servers, (mcpFile) => startClaude(context, {
    title, version: claudeCodeProgram.version, file: context.file, args: argumentsOf(context, setUp, mcpFile), env: setUp.env, opening: claudeOpening,
  }))
}

function argumentsOf({ model, effort, resume, forkOf, instructions }: HarnessContext, { settings, plugins, folders }: ClaudeSetUp, mcpFile: string | undefined): string[] {
  return [
    '--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json', '--include-partial-messages', '--permission-prompt-tool', 'stdio',
    // No settings file of project or user is read: see `claudeSetUp`.
    '--setting-sources=', '--settings', settings, '--permission-mode', 'default',
    '--strict-mcp-config', ...(mcpFile === undefined ? [] : ['--mcp-config', mcpFile]),
    '--disallowedTools', notOffered.join(','), ...plugins.flatMap((plugin) => ['--plugin-dir', plugin]), '--add-dir', ...folders,
    ...(model === undefined ? [] : ['--model', model]), ...(effort === undefined ? [] : ['--effort', effort]),
    ...(resume === undefined ? [] : ['--resume', resume]), ...(forkOf === undefined ? [] : ['--resume', forkOf.token, '--fork-session']),
    ...(instructions === '' ? [] : ['--append-system-prompt', instructions]),
  ]
}
