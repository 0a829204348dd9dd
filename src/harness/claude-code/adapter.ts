import type { HarnessAdapter, HarnessCapabilities, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { probeProgram } from '../probe-program.ts'
import { claudeOpening, notOffered } from './claude-opening.ts'
import { withMcpFile } from './mcp-servers.ts'
import { claudeCodeProgram } from './program.ts'
import { startClaude } from './start-claude.ts'

const title = 'Claude Code'

export const claudeCapabilities: HarnessCapabilities = {
  gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: true, images: true, mcp: true, usage: true, context: true, subagents: true,
}

export const claudeCredentials: readonly string[] = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CONFIG_DIR']

/** Claude Code over its stream-json control protocol; a PreToolUse hook callback is the gate. */
export function createClaudeCodeAdapter(): HarnessAdapter {
  return {
    id: 'claude-code', title, vendor: 'anthropic', program: claudeCodeProgram, capabilities: claudeCapabilities, credentialEnv: claudeCredentials,
    probe: (place) => probeProgram(claudeCodeProgram, place, { id: 'claude-code', title, node: process.execPath }),
    start: (context) => withMcpFile(context, (mcpFile) => start(context, mcpFile)),
  }
}

async function start(context: HarnessContext, mcpFile: string | undefined): Promise<HarnessSession> {
  return await startClaude(context, { title, version: claudeCodeProgram.version, file: context.file, args: argumentsOf(context, mcpFile), opening: claudeOpening })
}

function argumentsOf({ model, effort, resume, forkOf, instructions }: HarnessContext, mcpFile: string | undefined): string[] {
  return [
    '--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json', '--include-partial-messages', '--permission-prompt-tool', 'stdio',
    // Hooks and servers of the project run only once a person trusts them, so no settings file is read.
    '--setting-sources=', '--permission-mode', 'default',
    '--strict-mcp-config', ...(mcpFile === undefined ? [] : ['--mcp-config', mcpFile]),
    '--disallowedTools', notOffered.join(','),
    ...(model === undefined ? [] : ['--model', model]), ...(effort === undefined ? [] : ['--effort', effort]),
    ...(resume === undefined ? [] : ['--resume', resume]), ...(forkOf === undefined ? [] : ['--resume', forkOf.token, '--fork-session']),
    ...(instructions === '' ? [] : ['--append-system-prompt', instructions]),
  ]
}
