import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type CanaryResult, runCanary } from '../../omnibox/linux/canary.ts'
import { canaryPlaces } from '../../omnibox/linux/canary-bait.ts'
import { createLinuxOmnibox } from '../../omnibox/linux/linux-omnibox.ts'
import type { Attestation, Omnibox } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { Gateway } from '../../spec/ports/gateway.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { machineSecrets } from '../machine-secrets.ts'
import { pathsOf } from '../paths.ts'
import { systemIds } from '../system-clock.ts'
import { netnsProgramFile, ownProgramParts, programFile } from '../version.ts'

interface CanaryOptions {
  readonly config: Pick<Config, 'environment' | 'home'>
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
export async function releaseCanary({ config: { environment, home }, gateway, clock, controlPort, opened }: CanaryOptions): Promise<readonly CanaryResult[]> {
  // Not among temporary files: boxes have their own folder for those, and what lies there would be out of reach without any wall.
  const folder = await mkdtemp(join(environment['HOME'] ?? homedir(), '.omni-canary-'))
  const secrets = [...machineSecrets({ environment, adapters: createAdapterSet() }), canaryPlaces(folder).hidden]
  const walled = createLinuxOmnibox({ clock, ids: systemIds, machine: { secrets, state: home }, dir: join(pathsOf(home).host, 'boxes'), netnsProgram: [process.execPath, netnsProgramFile] })
  const timed: Omnibox = {
    async open(profile) {
      const from = clock.now()
      const box = await walled.open(profile)
      opened?.({ afterMs: clock.now() - from, attestation: box.attestation })
      return box
    },
  }
  try {
    return await runCanary(timed, {
      clock, folder, controlPort, word: randomBytes(12).toString('hex'), program: [process.execPath, programFile('omnibox/linux/canary-program.ts', 'canary.js')], programs: [process.execPath, ...ownProgramParts],
      openWay: (table) => gateway.open({ session: 'canary', secrets: [], services: [], table, patienceMs: 1_000 }, () => undefined),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
