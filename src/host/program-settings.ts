import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { HostOptions, HarnessSettings } from './host-options.ts'
import { chooseCredential, type ChosenCredential } from './program-credential.ts'
import { programEnvironment, type EnvironmentSources } from './program-environment.ts'

export interface ProgramSettings {
  readonly settings: HarnessSettings
  readonly credential: ChosenCredential['says']
  /** The whole environment for the program. */
  readonly env: Readonly<Record<string, string>>
}

const noAgent: EnvironmentSources['agent'] = { pass: [], set: {} }

/** What a program is started with, read anew each time: what a person sets up holds from the next start on. */
export async function programSettings(adapter: HarnessAdapter, options: Pick<HostOptions, 'environment' | 'settings' | 'providers'>, agent = noAgent): Promise<ProgramSettings> {
  const settings = await options.settings.harness(adapter.id)
  const env = programEnvironment({ environment: options.environment, credentials: adapter.credentialEnv, configured: settings.env ?? {}, agent })
  const { says, env: saved } = chooseCredential({ adapter, env, settings, providers: options.providers.all })
  return { settings, credential: says, env: { ...env, ...saved } }
}
