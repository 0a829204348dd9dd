import type { HarnessAdapter, HarnessContext } from '../../spec/ports/harness.ts'
import { claudeTraits } from '../claude-code/adapter.ts'
import { claudeOpening, notOffered, planModeInstructions } from '../claude-code/claude-opening.ts'
import { type ClaudeSetUp, claudeSetUp } from '../claude-code/set-up.ts'
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
    id: 'claude-sdk', title, program: claudeSdkProgram, ...claudeTraits,
    probe: (place) => probeProgram(claudeSdkProgram, place, { id: 'claude-sdk', title, node }),
    async start(context) {
      const setUp = await claudeSetUp(context)
      return startClaude(context, {
        title, version: claudeSdkProgram.version, file: node, args: [program, context.file], env: setUp.env, opening: { hooks: claudeOpening.hooks, options: optionsOf(context, setUp) },
      })
    },
  }
}

/** Options of the SDK's `query()`; they go over standard input, so that no key is in an argument. */
function optionsOf({ workspace, model, effort, resume, forkOf, instructions }: HarnessContext, { settings, plugins, folders, servers }: ClaudeSetUp): object {
  return {
    cwd: workspace, includePartialMessages: true, forwardSubagentText: true, planModeInstructions, disallowedTools: notOffered,
    // No settings file of project or user is read: see `claudeSetUp`.
    settingSources: [], settings, plugins: plugins.map((path) => ({ type: 'local', path })), additionalDirectories: folders, permissionMode: 'default', strictMcpConfig: true, mcpServers: servers, mcpServersDelivery: 'initialize',
    systemPrompt: { type: 'preset', preset: 'claude_code', ...(instructions === '' ? {} : { append: instructions }) },
    ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }),
    ...(resume === undefined ? {} : { resume }), ...(forkOf === undefined ? {} : { resume: forkOf.token, forkSession: true }),
  }
}
