import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createHost } from '../../host/create-host.ts'
import { dialUnix } from '../../host/link/dial-unix.ts'
import { listenUnix } from '../../host/link/listen-unix.ts'
import { openDiskOutbox } from '../../host/outbox/disk-outbox.ts'
import { createGatewayClient } from '../../omnibox/gateway/gateway-client.ts'
import { createOffOmnibox } from '../../omnibox/off/off-omnibox.ts'
import { createOmnibox } from '../../omnibox/omnibox.ts'
import { ceilingOf, defaultOf } from '../../spec/config/sandbox-settings.ts'
import { noFaults } from '../../spec/ports/faults.ts'
import { createCallReader } from '../call-reader.ts'
import { createAdapterSet } from '../adapter-set.ts'
import type { Config } from '../config.ts'
import { readHostId } from '../host-id.ts'
import { harnessSettings } from '../harness-settings.ts'
import { hiddenPaths } from '../hidden-paths.ts'
import { modelProviders } from '../harness-registry.ts'
import { createWallProof } from '../prove-walls.ts'
import { releaseCanary } from '../doctor/release-canary.ts'
import { readUserConfig } from '../user-settings.ts'
import { pathsOf } from '../paths.ts'
import { makeFolders, writeState } from '../run-folder.ts'
import { systemClock, systemIds } from '../system-clock.ts'
import { entryFile, ownProgramParts, packageVersion, toolBridgeFile } from '../version.ts'
import { wallsOf } from '../walls-of.ts'
import { createWorktrees } from '../../workspace/worktree/create-worktrees.ts'
import { createWorkspaces } from '../../workspace/open-workspaces.ts'
import { machineSecrets } from '../machine-secrets.ts'
import { sessionSecrets } from '../secrets/session-secrets.ts'
import { startGateway } from './start-gateway.ts'
import { sayReady } from './say-ready.ts'
import { untilAskedToEnd } from './until-asked-to-end.ts'

const idleEndsAfterMs = 10 * 60_000
const lookEveryMs = 30_000

/**
 * The local host process. Its socket is its lock: a second one ends at once. It outlives servers, and ends by itself when
 * for ten minutes no server was there and nothing ran.
 */
export async function runHost(config: Config): Promise<void> {
  const log = pino({ name: 'omni-host' }, process.stderr)
  const report = (problem: string, cause?: unknown) => log.error({ err: cause }, problem)
  const ending = untilAskedToEnd(report)
  const paths = pathsOf(config.home)
  await makeFolders(paths)
  const lock = await listenUnix(paths.hostSocket, { onLink: (link) => link.close(), report })
  await writeState(paths.hostState, { pid: process.pid, startedAt: systemClock.now(), version: packageVersion() })
  const outbox = await openDiskOutbox({ dir: join(paths.host, 'outbox'), epoch: systemIds.next('epo'), clock: systemClock, faults: noFaults, report })
  const user = await readUserConfig(config)
  const adapters = createAdapterSet(user.acp)
  const gateway = createGatewayClient({ clock: systemClock, report, start: (hear) => startGateway({ args: [entryFile, 'gateway'], env: config.environment, logFile: join(paths.logs, 'gateway.log') }, hear) })
  const walls = wallsOf({ config, clock: systemClock, secrets: machineSecrets({ environment: config.environment, adapters }) })
  const omnibox = createOmnibox({
    proof: createWallProof({ file: paths.wallProof, tryAll: () => releaseCanary({ config, gateway, clock: systemClock, controlPort: undefined }) }),
    off: createOffOmnibox({ clock: systemClock, ids: systemIds }),
    walled: walls?.omnibox,
  })
  const host = createHost({
    id: await readHostId(paths), name: hostname(), build: packageVersion(), adapters,
    omnibox, gateway, secrets: sessionSecrets(config), ownPrograms: ownProgramParts, toolBridge: [process.execPath, toolBridgeFile], nextRequest: () => systemIds.next('req'), hiddenPaths, outbox, clock: systemClock, callReader: (place) => createCallReader({ omnibox, clock: systemClock }, place),
    workspaces: { open: createWorkspaces({ clock: systemClock, searchPath: '/usr/local/bin:/usr/bin:/bin', limits: { maxFiles: 100_000, maxFileBytes: 8 * 1024 * 1024 } }).open, shadow: paths.checkpoints },
    worktrees: { port: createWorktrees({ clock: systemClock, searchPath: '/usr/local/bin:/usr/bin:/bin' }), folder: join(config.environment['HOME'] ?? homedir(), 'omnigent-worktrees') },
    homeDir: paths.host, installDir: paths.harnesses, environment: config.environment,
    log: report, settings: { harness: harnessSettings(config), ceiling: async () => ceilingOf((await readUserConfig(config)).sandbox) }, providers: modelProviders,
  })
  let unlinkedSince: number | undefined = systemClock.now()
  const dialling = dialUnix(paths.serverSocket, {
    clock: systemClock, report,
    onLink: (link) => {
      unlinkedSince = undefined
      void link.closed.then(() => {
        unlinkedSince = systemClock.now()
      })
      host.connect(link)
    },
  })
  log.info({ epoch: host.epoch }, 'ready')
  sayReady(host.epoch)
  if (walls !== undefined && defaultOf(user.sandbox) !== 'off') gateway.begin()
  await Promise.race([ending, untilIdle(() => ({ unlinkedSince, idleSince: host.idleSince }))])
  log.info('ending')
  await dialling.close()
  await host.close()
  await gateway.close()
  await lock.close()
}

function untilIdle(look: () => { unlinkedSince: number | undefined; idleSince: number | undefined }): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      const { unlinkedSince, idleSince } = look()
      const long = (since: number | undefined) => since !== undefined && systemClock.now() - since > idleEndsAfterMs
      if (long(unlinkedSince) && long(idleSince)) resolve()
      else systemClock.after(lookEveryMs, check)
    }
    check()
  })
}
