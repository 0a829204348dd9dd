import type { HarnessProgram } from '../../spec/ports/harness-program.ts'
import type { VendorLogin } from '../../spec/ports/vendor-login.ts'
import { codexLoginInBox } from './login-in-box.ts'

const triples: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl', 'linux-arm64': 'aarch64-unknown-linux-musl', 'darwin-x64': 'x86_64-apple-darwin', 'darwin-arm64': 'aarch64-apple-darwin',
}

/** Codex: one native file inside the package of each platform; started directly, without its Node launcher. */
export const codexProgram: HarnessProgram = {
  package: '@openai/codex',
  version: '0.169.0',
  minimum: '0.160.0',
  below: '0.180.0',
  command: 'codex',
  versionArgs: ['--version'],
  executables: ({ os, arch }) => {
    const triple = triples[`${os}-${arch}`] ?? 'unknown'
    return [`node_modules/@openai/codex-${os}-${arch}/vendor/${triple}/bin/codex`, `node_modules/@openai/codex-${os}-${arch}/vendor/${triple}/codex/codex`]
  },
  signIn: 'Sign in once with: codex login   (or set OPENAI_API_KEY, or save a key: omni setup)',
}

export const codexLogin: VendorLogin = { args: ['login'], file: { folderEnv: 'CODEX_HOME', folder: '.codex', name: 'auth.json' }, first: true, inBox: codexLoginInBox }
