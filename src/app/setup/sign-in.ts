import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commandOf } from '../../harness/probe-program.ts'
import { checkProgram } from '../../host/check-program.ts'
import { createOffOmnibox } from '../../omnibox/off/off-omnibox.ts'
import { AppError } from '../../spec/app-error.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { modelProviders } from '../harness-registry.ts'
import { harnessSettings } from '../harness-settings.ts'
import { pathsOf } from '../paths.ts'
import { runLogin } from '../process/run-login.ts'
import { systemClock, systemIds } from '../system-clock.ts'
import { readUserConfig } from '../user-settings.ts'

/** Starts a vendor's own sign-in in this terminal. @throws {AppError} with what to do when there is none, or its program is not here. */
export async function signIn(config: Config, harness: string, say: (text: string) => void): Promise<void> {
  const adapter = createAdapterSet((await readUserConfig(config)).acp).find((each) => each.id === harness || each.aliases?.includes(harness) === true)
  if (adapter === undefined) throw new AppError('not_found', `There is no harness ${harness}. List them with: omni harness list`)
  const args = adapter.login?.args
  if (args === undefined) throw new AppError('unsupported', `${adapter.title} has no sign-in of its own. Save a key instead: omni setup --provider NAME`)
  const file = await find(config, adapter)
  const command = commandOf(file, process.execPath)
  say(`${[adapter.title, ...args].join(' ')}: its own sign-in follows.${args.length > 0 || adapter.program === undefined ? '' : ` ${adapter.program.signIn}`}\n`)
  const code = await runLogin(config, { file: command.file, args: [...command.args, ...args] })
  if (code !== 0) throw new AppError('unavailable', `${adapter.title} ended its sign-in with exit code ${code}. "omni harness doctor ${adapter.id}" says whether it is signed in.`)
}

async function find(config: Config, adapter: ReturnType<typeof createAdapterSet>[number]): Promise<string> {
  const paths = pathsOf(config.home)
  const home = join(paths.host, 'readiness')
  await mkdir(home, { recursive: true, mode: 0o700 })
  const box = await createOffOmnibox({ clock: systemClock, ids: systemIds }).open({ name: 'off', workspace: home, home })
  try {
    const options = { clock: systemClock, environment: config.environment, installDir: paths.harnesses, settings: { harness: harnessSettings(config) }, providers: modelProviders }
    const readiness = await checkProgram(adapter, box, options, true)
    if (readiness.state !== 'ready') throw new AppError('unavailable', `${readiness.reason} ${readiness.fix}`)
    return readiness.file
  } finally {
    await box.close()
  }
}
