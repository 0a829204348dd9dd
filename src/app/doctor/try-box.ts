import { join } from 'node:path'
import { createGatewayClient } from '../../omnibox/gateway/gateway-client.ts'
import type { CanaryResult } from '../../omnibox/canary/canary.ts'
import type { Attestation } from '../../spec/ports/box.ts'
import type { MachineCheck } from '../check-machine.ts'
import type { Config } from '../config.ts'
import { pathsOf } from '../paths.ts'
import { startGateway } from '../process/start-gateway.ts'
import { foregroundClock as clock } from '../system-clock.ts'
import { entryFile } from '../version.ts'
import { problemText } from './problem-text.ts'
import { releaseCanary } from './release-canary.ts'

interface Tried {
  readonly checks: readonly MachineCheck[]
  readonly canary: readonly CanaryResult[]
}

/** Puts up a box as the host does, with a gateway of its own, and lets the canary try to get out of it. */
export async function tryBox(config: Config, controlPort: number | undefined): Promise<Tried> {
  let up: { readonly afterMs: number; readonly attestation: Attestation } | undefined
  const gateway = createGatewayClient({ clock, report: () => undefined, start: (hear) => startGateway({ args: [entryFile, 'gateway'], env: config.environment, logFile: join(pathsOf(config.home).logs, 'gateway.log') }, hear) })
  const opened = (seen: NonNullable<typeof up>): void => {
    up = seen
  }
  const canary = await releaseCanary({ config, gateway, clock, controlPort, opened }).catch(problemText)
  await gateway.close()
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
