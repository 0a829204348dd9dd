import type { HarnessProgram } from '../../spec/ports/harness-program.ts'
import type { VendorLogin } from '../../spec/ports/vendor-login.ts'
import { claudeLoginInBox } from './login-in-box.ts'

/** Claude Code: one native file inside the package of each platform. Proprietary: installed by the user, never bundled. */
export const claudeCodeProgram: HarnessProgram = {
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  minimum: '2.1.197',
  below: '2.2.0',
  command: 'claude',
  versionArgs: ['--version'],
  executables: ({ os, arch }) => [`node_modules/@anthropic-ai/claude-code-${os}-${arch}/claude`, `node_modules/@anthropic-ai/claude-code-${os}-${arch}-musl/claude`],
  signIn: 'Sign in once with: claude auth login   (or set ANTHROPIC_API_KEY, or save a key: omni setup)',
}

/** On macOS the login is in the keychain, where we do not look. */
export const claudeLogin: VendorLogin = { args: ['auth', 'login'], file: { folderEnv: 'CLAUDE_CONFIG_DIR', folder: '.claude', name: '.credentials.json' }, first: false, inBox: claudeLoginInBox }
