import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loginPath } from '../../spec/ports/vendor-login.ts'
import { codexLogin } from './program.ts'

export interface CodexStart {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Set when it has no login of its own: it is signed in with this key, for this process only. */
  readonly apiKey?: string
}

/** How app-server is started with the user's own set-up: login, else key. The program itself takes no key from its environment. */
export async function codexStart({ home, env }: { readonly home: string; readonly env: Readonly<Record<string, string>> }): Promise<CodexStart> {
  // Codex puts helper programs under TMPDIR and refuses a home inside it.
  const temporary = join(home, 'tmp')
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  const apiKey = env['OPENAI_API_KEY'] ?? ''
  const signIn = apiKey !== '' && !existsSync(loginPath(codexLogin, env) ?? '')
  const address = env['OPENAI_BASE_URL'] ?? ''
  const settings = [
    // What it would otherwise fetch or report by itself.
    'features.plugins=false', 'analytics.enabled=false', 'check_for_update_on_startup=false',
    // The key stays in memory: its own store would write it to a file.
    ...(signIn ? ['cli_auth_credentials_store="ephemeral"'] : []),
    ...(address === '' ? [] : [`openai_base_url=${JSON.stringify(address)}`]),
  ]
  return { args: ['app-server', ...settings.flatMap((setting) => ['-c', setting])], env: { TMPDIR: temporary }, ...(signIn ? { apiKey } : {}) }
}
