import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type CanaryResult, runCanary } from '../../omnibox/canary/canary.ts'
import { canaryPlaces } from '../../omnibox/canary/canary-bait.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Attestation, Omnibox } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { Gateway } from '../../spec/ports/gateway.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { machineSecrets } from '../machine-secrets.ts'
import { ownProgramParts, programFile } from '../version.ts'
import { wallsOf } from '../walls-of.ts'

interface CanaryOptions {
  readonly config: Pick<Config, 'environment' | 'home' | 'platform'>
  readonly gateway: Gateway
  readonly clock: Clock
  /** The server's, where one is known to run. */
  readonly controlPort: number | undefined
  /** Heard once the box is up. */
  opened?(up: { readonly afterMs: number; readonly attestation: Attestation }): void
}

/**
 * Puts up a box as the host does, in a folder of its own, and lets the canary try to get out of it. Nothing of it stays.
 * @throws {AppError} 'unavailable' when no box comes up
 */
export async function releaseCanary({ config, gateway, clock, controlPort, opened }: CanaryOptions): Promise<readonly CanaryResult[]> {
  const { environment } = config
  // Not among temporary files: boxes have their own folder for those, and what lies there would be out of reach without any wall.
  const folder = await mkdtemp(join(environment['HOME'] ?? homedir(), '.omni-canary-'))
  try {
    const walls = wallsOf({ config, clock, secrets: [...machineSecrets({ environment, adapters: createAdapterSet() }), canaryPlaces(folder).hidden] })
    if (walls === undefined) throw new AppError('unavailable', `No sandbox can be put up on ${config.platform.os} yet.`)
    return await runCanary(timed(walls.omnibox, clock, opened), {
      clock, system: walls.canary, folder, controlPort, word: randomBytes(12).toString('hex'), program: [process.execPath, programFile('omnibox/canary/canary-program.ts', 'canary.js')], programs: [process.execPath, ...ownProgramParts],
      openWay: (table) => gateway.open({ session: 'canary', secrets: [], services: [], table, patienceMs: 1_000 }, () => undefined),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const timed = (omnibox: Omnibox, clock: Clock, opened: CanaryOptions['opened']): Omnibox => ({
  async open(profile) {
    const from = clock.now()
    const box = await omnibox.open(profile)
    opened?.({ afterMs: clock.now() - from, attestation: box.attestation })
    return box
  },
})
