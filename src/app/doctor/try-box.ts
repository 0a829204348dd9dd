import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createGatewayClient } from '../../omnibox/gateway/gateway-client.ts'
import { type CanaryResult, runCanary } from '../../omnibox/linux/canary.ts'
import { canaryPlaces } from '../../omnibox/linux/canary-bait.ts'
import { createLinuxOmnibox } from '../../omnibox/linux/linux-omnibox.ts'
import type { Attestation, Omnibox } from '../../spec/ports/box.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { MachineCheck } from '../check-machine.ts'
import type { Config } from '../config.ts'
import { machineSecrets } from '../machine-secrets.ts'
import { pathsOf } from '../paths.ts'
import { startGateway } from '../process/start-gateway.ts'
import { foregroundClock as clock, systemIds } from '../system-clock.ts'
import { entryFile, netnsProgramFile, ownProgramParts, programFile } from '../version.ts'
import { problemText } from './problem-text.ts'

interface Tried {
  readonly checks: readonly MachineCheck[]
  readonly canary: readonly CanaryResult[]
}

/** Puts up a box as the host does, with a gateway of its own, and lets the canary try to get out of it. */
export async function tryBox(config: Config, controlPort: number | undefined): Promise<Tried> {
  let up: { readonly afterMs: number; readonly attestation: Attestation } | undefined
  const canary = await release(config, controlPort, (seen) => {
    up = seen
  }).catch(problemText)
  if (up === undefined) return { checks: [{ name: 'box', ok: false, says: typeof canary === 'string' ? canary : 'none came up', ...procFix(canary) }], canary: [] }
  const box: MachineCheck = { name: 'box', ok: true, says: `comes up in ${up.afterMs} ms. ${up.attestation.notes.join(' ')}` }
  if (typeof canary === 'string') return { checks: [box, { name: 'canary', ok: false, says: canary, fix: reportIt }], canary: [] }
  return { checks: [box, ...canaryChecks(canary)], canary }
}

const reportIt = 'start no sandboxed session on this machine, and report it with what omni doctor --json says'

function canaryChecks(results: readonly CanaryResult[]): readonly MachineCheck[] {
  const open = results.filter(({ blocked }) => !blocked)
  if (open.length === 0) return [{ name: 'canary', ok: true, says: `${results.length} ways out tried, all blocked` }]
  return [
    { name: 'canary', ok: false, says: `${open.length} of ${results.length} ways out are not blocked`, fix: reportIt },
    ...open.map(({ name, detail }): MachineCheck => ({ name: 'way out', ok: false, says: `${name}: ${detail}` })),
  ]
}

/** A container with parts of /proc covered allows namespaces and still no /proc of their own. */
const procFix = (problem: unknown): Pick<MachineCheck, 'fix'> => (typeof problem === 'string' && /mount proc/i.test(problem) ? { fix: 'in Docker: --security-opt systempaths=unconfined' } : {})

async function release(config: Config, controlPort: number | undefined, seen: (up: { readonly afterMs: number; readonly attestation: Attestation }) => void): Promise<readonly CanaryResult[]> {
  const { environment, home } = config
  const paths = pathsOf(home)
  // Not among temporary files: boxes have their own folder for those, and what lies there would be out of reach without any wall.
  const folder = await mkdtemp(join(environment['HOME'] ?? homedir(), '.omni-canary-'))
  const gateway = createGatewayClient({ clock, report: () => undefined, start: (hear) => startGateway({ args: [entryFile, 'gateway'], env: environment, logFile: join(paths.logs, 'gateway.log') }, hear) })
  const secrets = [...machineSecrets({ environment, adapters: createAdapterSet() }), canaryPlaces(folder).hidden]
  const walled = createLinuxOmnibox({ clock, ids: systemIds, machine: { secrets, state: home }, dir: join(paths.host, 'boxes'), netnsProgram: [process.execPath, netnsProgramFile] })
  const timed: Omnibox = {
    async open(profile) {
      const from = clock.now()
      const box = await walled.open(profile)
      seen({ afterMs: clock.now() - from, attestation: box.attestation })
      return box
    },
  }
  try {
    return await runCanary(timed, {
      clock, folder, controlPort, word: randomBytes(12).toString('hex'), program: [process.execPath, programFile('omnibox/linux/canary-program.ts', 'canary.js')], programs: [process.execPath, ...ownProgramParts],
      openWay: (table) => gateway.open({ session: 'canary', secrets: [], services: [], table, patienceMs: 1_000 }, () => undefined),
    })
  } finally {
    await gateway.close()
    await rm(folder, { recursive: true, force: true })
  }
}
