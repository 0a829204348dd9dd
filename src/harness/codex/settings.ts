import { join } from 'node:path'
import { placeFile, placeFolder, readPlaced } from '../../base/folder-files.ts'
import { layDownLogin, layDownRecord, ownsSetUp, usersEnv } from '../own-set-up.ts'
import { codexLogin } from './program.ts'
import { copyUserTexts } from './set-up.ts'
import type { HarnessContext, McpServer } from '../../spec/ports/harness.ts'

/** The provider that a route is known by. */
const gateway = 'gateway'
const keyName = 'OMNIGENT_ROUTE_KEY'

/** Codex’s own folder in the private folder of a session; used when there is a route, and in a box. */
export const privateHome = (home: string): string => join(home, 'codex')

/** With a route, or in a box, Codex gets a home of its own in the session's private folder; else the user's, with its login. */
export async function routeEnv(context: HarnessContext): Promise<Record<string, string>> {
  const { home, route, inherit, quietMs = 3_600_000 } = context
  if (!ownsSetUp(context)) return {}
  const own = await placeFolder(home, privateHome(home))
  const users = usersEnv(context)
  if (inherit !== 'none') await copyUserTexts(home, users['CODEX_HOME'] ?? join(users['HOME'] ?? '/', '.codex'), own)
  await layDownLogin(own, codexLogin, context)
  const brought = await layDownRecord('codex', own, context)
  if (route === undefined) return { CODEX_HOME: own }
  const names = [gateway, ...(brought === undefined ? [] : await providerOf(home, brought))]
  const settings = [`model_provider = "${gateway}"`, ...names.flatMap((name) => [
    `[model_providers.${name}]`, `name = "${name}"`, `base_url = ${JSON.stringify(`${route.baseUrl}/v1`)}`, `wire_api = "responses"`,
    `env_key = "${keyName}"`, `requires_openai_auth = false`, `supports_websockets = false`,
    // A model call may be held for a person's answer.
    `stream_idle_timeout_ms = ${quietMs}`, '',
  ])]
  await placeFile(home, join(own, 'config.toml'), settings.join('\n'))
  return { CODEX_HOME: own, [keyName]: route.apiKey }
}

/** A record names the provider that it was made with, and is not gone on with where none has that name. */
async function providerOf(home: string, path: string): Promise<string[]> {
  const [first = ''] = String(await readPlaced(home, path)).split('\n', 1)
  const name = /"model_provider"\s*:\s*"([A-Za-z][\w-]{0,63})"/.exec(first)?.[1]
  return name === undefined || name === 'openai' || name === gateway ? [] : [name]
}

/**
 * What is said with `thread/start`, `thread/resume` and `thread/fork`. Servers go this way, over standard input: their secrets are in no file and no argument.
 * @param users names of the servers of the user's own configuration: they would start without asking, and stay off
 */
export function threadSettings({ workspace, model, instructions, mcp }: HarnessContext, users: readonly string[]): object {
  const off = Object.fromEntries(users.map((name) => [name, { enabled: false }]))
  const servers = { ...off, ...Object.fromEntries(Object.entries(mcp).map(([name, server]) => [name, { enabled: true, ...serverSettings(server) }])) }
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
