import { join } from 'node:path'
import type { CanarySystem } from '../omnibox/canary/canary.ts'
import { linuxCanary } from '../omnibox/linux/canary-system.ts'
import { createLinuxOmnibox } from '../omnibox/linux/linux-omnibox.ts'
import { macosCanary } from '../omnibox/macos/canary-system.ts'
import { createMacosOmnibox } from '../omnibox/macos/macos-omnibox.ts'
import type { Omnibox } from '../spec/ports/box.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { Config } from './config.ts'
import { pathsOf } from './paths.ts'
import { systemIds } from './system-clock.ts'
import { netnsProgramFile } from './version.ts'

export interface WallsOptions {
  readonly config: Pick<Config, 'home' | 'platform'>
  readonly clock: Clock
  /** Of this machine: no box shows them. */
  readonly secrets: readonly string[]
}

/** Boxes with walls, and what is tried of them, by what this system has to make them of; undefined where it has nothing that we know to use. */
export function wallsOf({ config: { home, platform }, clock, secrets }: WallsOptions): { readonly omnibox: Omnibox; readonly canary: CanarySystem } | undefined {
  const common = { clock, ids: systemIds, machine: { secrets, state: home }, dir: join(pathsOf(home).host, 'boxes') }
  switch (platform.os) {
    case 'linux': return { omnibox: createLinuxOmnibox({ ...common, netnsProgram: [process.execPath, netnsProgramFile] }), canary: linuxCanary }
    case 'darwin': return { omnibox: createMacosOmnibox(common), canary: macosCanary }
    default: return undefined
  }
}
