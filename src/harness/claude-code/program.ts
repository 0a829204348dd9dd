import type { HarnessProgram } from '../../spec/ports/harness-program.ts'

/** Claude Code: one native file inside the package of each platform. Proprietary: installed by the user, never bundled. */
export const claudeCodeProgram: HarnessProgram = {
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  minimum: '2.1.197',
  below: '2.2.0',
  command: 'claude',
  versionArgs: ['--version'],
  executables: ({ os, arch }) => [`node_modules/@anthropic-ai/claude-code-${os}-${arch}/claude`, `node_modules/@anthropic-ai/claude-code-${os}-${arch}-musl/claude`],
  signIn: 'Sign in once with: claude /login   (or set ANTHROPIC_API_KEY)',
}
