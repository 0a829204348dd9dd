import { join } from 'node:path'
import { pino } from 'pino'
import { defaultOf } from '../../spec/config/sandbox-settings.ts'
import { overridingPrices } from '../../spec/config/price-overrides.ts'
import { createAdapterSet } from '../adapter-set.ts'
import { composeServer } from '../compose-server.ts'
import { type Config, defaultPort } from '../config.ts'
import { pathsOf } from '../paths.ts'
import { openServerPolicyDesk } from '../server-policy-desk.ts'
import { isAlive, readState } from '../run-folder.ts'
import { readServerConfig, readUserConfig } from '../user-settings.ts'
import { systemClock, systemIds } from '../system-clock.ts'
import { entryFile } from '../version.ts'
import { sayReady } from './say-ready.ts'
import { startBackground } from './start-background.ts'
import { untilAskedToEnd } from './until-asked-to-end.ts'

const hostReadyWithinMs = 20_000
/** A host that died is missed after this long at the most. */
const hostLookEveryMs = 1_000

/** The server process: serves until it is asked to end; starts the local host and leaves it running. */
export async function runServer(config: Config): Promise<void> {
  const log = pino({ name: 'omni-server' }, process.stderr)
  const report = (problem: string, cause?: unknown) => log.error({ err: cause }, problem)
  const [settings, user] = await Promise.all([readServerConfig(config), readUserConfig(config)])
  log.level = settings.log_level ?? 'info'
  const policies = await openServerPolicyDesk({ path: pathsOf(config.home).serverConfig, clock: systemClock, report })
  const ending = untilAskedToEnd(report)
  // The host needs as long to start as the server: they start side by side, once it is clear that this server is the one.
  let watching: Promise<() => void> | undefined
  const server = await composeServer({
    paths: pathsOf(config.home), port: config.port === defaultPort ? (settings.port ?? defaultPort) : config.port, hosts: [...settings.hosts, ...(settings.allowed_origins ?? []).map((origin) => new URL(origin).host)], adapters: createAdapterSet(user.acp), ownAcp: user.acp, environment: config.environment, prices: overridingPrices(settings.prices),
    defaultHarness: async () => (await readUserConfig(config)).default_harness ?? 'scripted', defaultProfile: async () => defaultOf((await readUserConfig(config)).sandbox), clock: systemClock, ids: systemIds, report, policies,
    onLocked: () => {
      watching = keepHost(config, report)
    },
  })
  log.info({ url: server.url }, 'ready')
  sayReady(server.url)
  const stopWatching = await watching
  await ending
  stopWatching?.()
  log.info('ending')
  await server.close()
  await policies.close()
}

/**
 * Keeps a local host alive: starts one unless one lives (that one dials by itself), and again whenever it has died. The
 * host's own lock settles races. Returns what ends the watch.
 */
async function keepHost(config: Config, report: (problem: string, cause?: unknown) => void): Promise<() => void> {
  const paths = pathsOf(config.home)
  const lives = async () => {
    const state = await readState(paths.hostState)
    return state !== undefined && isAlive(state.pid)
  }
  const ensure = async () => {
    if (await lives()) return
    await startBackground({
      args: [entryFile, 'host', '--local'], env: config.environment, logFile: join(paths.logs, 'host.log'), readyWithinMs: hostReadyWithinMs,
    }).catch((error: unknown) => report('the local host did not start', error))
  }
  let stop: () => void = () => undefined
  const watch = () => {
    stop = systemClock.after(hostLookEveryMs, () => void ensure().then(watch))
  }
  await ensure()
  watch()
  return () => stop()
}
