import type { HarnessProgram } from '../../spec/ports/harness-program.ts'

/**
 * The Claude Agent SDK: a library that our own small program loads from where the user installed it, together with the Claude Code
 * of its platform. Proprietary: installed by the user, never bundled.
 */
export const claudeSdkProgram: HarnessProgram = {
  package: '@anthropic-ai/claude-agent-sdk',
  version: '0.3.330',
  minimum: '0.3.330',
  below: '0.4.0',
  // Where `npm install --global` puts it, seen from the folder of commands.
  command: '../lib/node_modules/@anthropic-ai/claude-agent-sdk/sdk.mjs',
  // A library: its version is written beside it.
  versionArgs: [],
  executables: () => ['node_modules/@anthropic-ai/claude-agent-sdk/sdk.mjs'],
  signIn: 'Sign in once with: claude /login   (or set ANTHROPIC_API_KEY)',
}
