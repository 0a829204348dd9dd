import type { Readiness } from '../../spec/ports/host-link.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { modelProviders } from '../harness-registry.ts'
import { createKeyFiles } from '../key-store.ts'
import { pathsOf } from '../paths.ts'
import { readUserConfig } from '../user-settings.ts'

/** One harness as `omni setup` shows it. */
export interface SetupRow extends Readiness {
  /** What to do before it can be used; empty when nothing is missing. */
  readonly next: readonly string[]
  /** Of the configuration. */
  readonly model?: string
  readonly canSignIn: boolean
  readonly canUseGateway: boolean
  readonly canInstall: boolean
}

export interface SetupState {
  readonly harnesses: readonly SetupRow[]
  readonly providers: readonly { readonly id: string; readonly title: string; readonly saved: boolean; readonly keysPage?: string }[]
  readonly defaultHarness?: string
  /** Where keys are saved. */
  readonly place: string
  readonly configFile: string
}

/** What is here, what each would sign in with, and what is missing. @param readiness as the host says */
export async function lookAround(config: Config, readiness: readonly Readiness[]): Promise<SetupState> {
  const paths = pathsOf(config.home)
  const keys = createKeyFiles(paths.keys)
  const [user, saved] = await Promise.all([readUserConfig(config), keys.names()])
  const adapters = new Map(createAdapterSet(user.acp).map((adapter) => [adapter.id, adapter]))
  const harnesses = readiness.map((each): SetupRow => {
    const adapter = adapters.get(each.harness)
    const canSignIn = adapter?.login?.args !== undefined
    const provider = adapter?.models?.providers[0]
    const model = user.harnesses[each.harness]?.model
    return {
      ...each, canSignIn, canUseGateway: provider !== undefined, canInstall: adapter?.program !== undefined && adapter.program.package !== '',
      next: nextSteps(each, { canSignIn, ...(provider === undefined ? {} : { provider }) }), ...(model === undefined ? {} : { model }),
    }
  })
  return {
    harnesses, place: keys.place, configFile: paths.userConfig, ...(user.default_harness === undefined ? {} : { defaultHarness: user.default_harness }),
    providers: modelProviders.all.filter(({ keyEnv }) => keyEnv.length > 0).map(({ id, title, keysPage }) => ({ id, title, saved: saved.includes(id), ...(keysPage === undefined ? {} : { keysPage }) })),
  }
}

function nextSteps({ harness, state, fix, credential }: Readiness, can: { readonly canSignIn: boolean; readonly provider?: string }): string[] {
  if (state !== 'ready') return fix === undefined ? [] : [fix]
  if (credential?.kind !== 'none' && credential?.kind !== 'unknown') return []
  const signIn = can.canSignIn ? [`omni setup --login ${harness}`] : []
  const key = can.provider === undefined || credential.kind === 'unknown' ? [] : [`omni setup --provider ${can.provider}`]
  return [...signIn, ...key]
}
