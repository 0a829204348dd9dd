import { join } from 'node:path'
import { pino } from 'pino'
import { createAdapterSet } from '../adapter-set.ts'
import { composeServer, type RunningServer } from '../compose-server.ts'
import { type Config, defaultPort } from '../config.ts'
import { pathsOf } from '../paths.ts'
import { isAlive, readState } from '../run-folder.ts'
import { readServerConfig, readUserConfig } from '../user-settings.ts'
import { systemClock, systemIds } from '../system-clock.ts'
import { entryFile } from '../version.ts'
import { sayReady } from './say-ready.ts'
import { startBackground } from './start-background.ts'
import { untilAskedToEnd } from './until-asked-to-end.ts'

const hostReadyWithinMs = 20_000
const hostLateAfterMs = 5_000

/** The server process: serves until it is asked to end; starts the local host and leaves it running. */
export async function runServer(config: Config): Promise<void> {
  const log = pino({ name: 'omni-server' }, process.stderr)
  const report = (problem: string, cause?: unknown) => log.error({ err: cause }, problem)
  const [settings, user] = await Promise.all([readServerConfig(config), readUserConfig(config)])
  log.level = settings.log_level ?? 'info'
  const ending = untilAskedToEnd(report)
  const server = await composeServer({
    paths: pathsOf(config.home), port: config.port === defaultPort ? (settings.port ?? defaultPort) : config.port, hosts: [...settings.hosts, ...(settings.allowed_origins ?? []).map((origin) => new URL(origin).host)], adapters: createAdapterSet(), environment: config.environment,
    defaultHarness: user.default_harness ?? 'scripted', clock: systemClock, ids: systemIds, report,
  })
  log.info({ url: server.url }, 'ready')
  sayReady(server.url)
  await keepHost(config, server, report)
  await ending
  log.info('ending')
  await server.close()
}

/** Starts the local host unless one lives: that one comes back by itself. The host's own lock settles races. */
async function keepHost(config: Config, server: RunningServer, report: (problem: string, cause?: unknown) => void): Promise<void> {
  const paths = pathsOf(config.home)
  const start = () => startBackground({
    args: [entryFile, 'host', '--local'], env: config.environment, logFile: join(paths.logs, 'host.log'), readyWithinMs: hostReadyWithinMs,
  }).catch((error: unknown) => report('the local host did not start', error))
  const state = await readState(paths.hostState)
  if (state === undefined || !isAlive(state.pid)) await start()
  else systemClock.after(hostLateAfterMs, () => void (server.engine.hosts.length === 0 ? start() : undefined))
}
