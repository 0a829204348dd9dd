import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HarnessContext, McpServer } from '../../spec/ports/harness.ts'

const keyName = 'OMNIGENT_ROUTE_KEY'

const overrides = [
  // What it would otherwise fetch or report by itself.
  'features.plugins=false', 'analytics.enabled=false', 'check_for_update_on_startup=false',
  // A goal starts turns that nobody asked for.
  'features.goals=false',
]
export const startArguments: readonly string[] = ['app-server', ...overrides.flatMap((setting) => ['-c', setting])]

/** Codex’s own folder in the private folder of a session; used when there is a route. */
export const privateHome = (home: string): string => join(home, 'codex')

/** With a route Codex gets a home of its own in the session's private folder; else the user's, with its login. */
export async function writeSettings({ home, route }: HarnessContext): Promise<Record<string, string>> {
  // Codex puts helper programs under TMPDIR and refuses a home inside it.
  const temporary = join(home, 'tmp')
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  if (route === undefined) return { TMPDIR: temporary }
  const own = privateHome(home)
  await mkdir(own, { recursive: true, mode: 0o700 })
  const settings = [
    `model_provider = "gateway"`, `[model_providers.gateway]`, `name = "gateway"`, `base_url = ${JSON.stringify(`${route.baseUrl}/v1`)}`, `wire_api = "responses"`,
    `env_key = "${keyName}"`, `requires_openai_auth = false`, `supports_websockets = false`,
    // A model call may be held for a person's answer.
    `stream_idle_timeout_ms = 3600000`, '',
  ]
  await writeFile(join(own, 'config.toml'), settings.join('\n'), { mode: 0o600 })
  return { TMPDIR: temporary, CODEX_HOME: own, [keyName]: route.apiKey }
}

/** What is said with `thread/start`, `thread/resume` and `thread/fork`. Servers go this way, over standard input: their secrets are in no file and no argument. */
export function threadSettings({ workspace, model, instructions, mcp }: HarnessContext): object {
  const servers = Object.fromEntries(Object.entries(mcp).map(([name, server]) => [name, serverSettings(server)]))
  return {
    cwd: workspace, approvalPolicy: 'untrusted', sandbox: 'danger-full-access', ...(model === undefined ? {} : { model }), ...(instructions === '' ? {} : { developerInstructions: instructions }),
    ...(Object.keys(servers).length === 0 ? {} : { config: { mcp_servers: servers } }),
  }
}

function serverSettings(server: McpServer): object {
  // Without it a tool that calls itself read-only is called without asking.
  const asks = { default_tools_approval_mode: 'prompt' }
  return 'url' in server ? { url: server.url, http_headers: server.headers, ...asks } : { command: server.command, args: server.args, env: server.env, ...asks }
}
