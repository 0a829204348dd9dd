import type { HarnessAdapter, HarnessContext } from '../../spec/ports/harness.ts'
import { claudeCapabilities, claudeCredentials } from '../claude-code/adapter.ts'
import { claudeOpening, notOffered, planModeInstructions } from '../claude-code/claude-opening.ts'
import { mcpServers } from '../claude-code/mcp-servers.ts'
import { startClaude } from '../claude-code/start-claude.ts'
import { probeProgram } from '../probe-program.ts'
import { claudeSdkProgram } from './program.ts'

const title = 'Claude Agent SDK'

export interface ClaudeSdkAdapterOptions {
  /** The Node that runs the program: an absolute path. */
  readonly node: string
  /** The program: `program/main.ts` in the repository, a bundled file when published. */
  readonly program: string
}

/** The Claude Agent SDK that the user installed. Our program around it speaks Claude Code's own protocol, so that one translation serves both. */
export function createClaudeSdkAdapter({ node, program }: ClaudeSdkAdapterOptions): HarnessAdapter {
  return {
    id: 'claude-sdk', title, vendor: 'anthropic', program: claudeSdkProgram, capabilities: claudeCapabilities, credentialEnv: claudeCredentials,
    probe: (place) => probeProgram(claudeSdkProgram, place, { id: 'claude-sdk', title, node }),
    start: (context) => startClaude(context, {
      title, version: claudeSdkProgram.version, file: node, args: [program, context.file], opening: { hooks: claudeOpening.hooks, options: optionsOf(context) },
    }),
  }
}

/** Options of the SDK's `query()`; they go over standard input, so that no key is in an argument. */
function optionsOf({ workspace, model, effort, resume, forkOf, instructions, mcp }: HarnessContext): object {
  return {
    cwd: workspace, includePartialMessages: true, forwardSubagentText: true, planModeInstructions, disallowedTools: notOffered,
    // Hooks and servers of the project run only once a person trusts them, so no settings file is read.
    settingSources: [], permissionMode: 'default', strictMcpConfig: true, mcpServers: mcpServers(mcp), mcpServersDelivery: 'initialize',
    systemPrompt: { type: 'preset', preset: 'claude_code', ...(instructions === '' ? {} : { append: instructions }) },
    ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }),
    ...(resume === undefined ? {} : { resume }), ...(forkOf === undefined ? {} : { resume: forkOf.token, forkSession: true }),
  }
}
