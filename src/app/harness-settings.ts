import type { HarnessSettings } from '../host/host-options.ts'
import type { Config } from './config.ts'
import { readUserConfig } from './user-settings.ts'

/** What the user's configuration says about each harness. @throws {AppError} 'invalid' with every problem of the file. */
export async function readHarnessSettings(config: Config): Promise<Readonly<Record<string, HarnessSettings>>> {
  const { harnesses } = await readUserConfig(config)
  return Object.fromEntries(Object.entries(harnesses).map(([id, { path, env, base_url: baseUrl, api_key_env: keyName }]) => {
    const route = baseUrl === undefined ? {} : { route: { baseUrl, apiKey: (keyName === undefined ? undefined : config.environment[keyName]) ?? '' } }
    return [id, { ...(path === undefined ? {} : { path }), ...(env === undefined ? {} : { env }), ...route }]
  }))
}
