import type { HarnessSettings } from '../host/host-options.ts'
import type { Config } from './config.ts'
import { createKeyFiles, gatewayKeyName, type KeyStore } from './key-store.ts'
import { pathsOf } from './paths.ts'
import { readUserConfig } from './user-settings.ts'

/** What the user's configuration and saved keys say about a harness, read anew each time. */
export function harnessSettings(config: Config): (id: string) => Promise<HarnessSettings> {
  const keys = createKeyFiles(pathsOf(config.home).keys)
  return async (id) => {
    const user = await readUserConfig(config)
    const { path, env, base_url: baseUrl, api_key_env: keyName, model } = user.harnesses[id] ?? {}
    return {
      ...(path === undefined ? {} : { path }), ...(env === undefined ? {} : { env }), ...(model === undefined ? {} : { model }), savedKeys: await readAll(keys),
      ...(baseUrl === undefined ? {} : { route: { baseUrl, apiKey: (keyName === undefined ? await keys.read(gatewayKeyName(id)) : config.environment[keyName]) ?? '' } }),
    }
  }
}

async function readAll(keys: KeyStore): Promise<Record<string, string>> {
  const all = await Promise.all((await keys.names()).map(async (name) => [name, await keys.read(name)] as const))
  return Object.fromEntries(all.filter((each): each is [string, string] => each[1] !== undefined))
}
