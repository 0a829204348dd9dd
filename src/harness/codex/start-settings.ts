import { existsSync } from 'node:fs'
import { placeFolder } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { loginPath } from '../../spec/ports/vendor-login.ts'
import { accountAddress, isAccountInBox } from './login-in-box.ts'
import { codexLogin } from './program.ts'

export interface CodexStart {
  readonly args: readonly string[]
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** Set when it has no login of its own: it is signed in with this key, for this process only. */
  readonly apiKey?: string
}

/** How app-server is started with the user's own set-up: login, else key. The program itself takes no key from its environment. */
export async function codexStart({ home, env, route, login }: Pick<HarnessContext, 'home' | 'env' | 'route' | 'login'>): Promise<CodexStart> {
  // Codex puts helper programs under TMPDIR and refuses a home inside it.
  const temporary = await placeFolder(home, 'tmp')
  const apiKey = route === undefined ? (env['OPENAI_API_KEY'] ?? '') : ''
  const signIn = apiKey !== '' && login === undefined && !existsSync(loginPath(codexLogin, env) ?? '')
  const address = route !== undefined ? '' : isAccountInBox(login) ? accountAddress : (env['OPENAI_BASE_URL'] ?? '')
  const settings = [
    // What it would otherwise fetch or report by itself.
    'features.plugins=false', 'analytics.enabled=false', 'check_for_update_on_startup=false',
    // A goal starts turns that nobody asked for.
    'features.goals=false',
    // The key stays in memory: its own store would write it to a file.
    ...(signIn ? ['cli_auth_credentials_store="ephemeral"'] : []),
    ...(address === '' ? [] : [`openai_base_url=${JSON.stringify(address)}`]),
  ]
  // It writes its environment to a file for its shells, and they need no key.
  const { OPENAI_API_KEY: _key, ...keyless } = env
  return { args: ['app-server', ...settings.flatMap((setting) => ['-c', setting])], env: { ...(signIn ? keyless : env), TMPDIR: temporary }, ...(signIn ? { apiKey } : {}) }
}
