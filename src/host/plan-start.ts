import type { SessionSetup } from '../spec/ports/host-link.ts'
import { ownModelName } from './own-model-name.ts'
import { programSettings } from './program-settings.ts'
import type { RunnerDeps } from './runner-deps.ts'
import type { StartPlan } from './running-program.ts'
import type { SessionPlace } from './session-place.ts'

/** What a session's program is started with. The configuration and the keys are read anew, so that what a person sets up holds from the next turn on. */
export async function planStart(setup: SessionSetup, { options, shelf }: Pick<RunnerDeps, 'options' | 'shelf'>, place: SessionPlace): Promise<StartPlan> {
  const adapter = shelf.adapter(setup.harness)
  const start = await programSettings(adapter, options, setup.env)
  const wanted = setup.model ?? start.settings.model
  // At a gateway any name may be served.
  const model = wanted === undefined || start.settings.route !== undefined ? wanted : ownModelName(wanted, adapter, options.providers.all)
  return place.inside({ adapter, start, setup: { ...setup, ...(model === undefined ? {} : { model }) } })
}
