import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { listenUnix } from '../host/link/listen-unix.ts'
import { listen, type Listening } from '../server/listen.ts'
import type { ServerDeps } from '../server/server-deps.ts'
import { SessionEngine } from '../session/engine.ts'
import { signHead } from '../spec/log/signed-head.ts'
import type { ModelPrices } from '../spec/money/price-table.ts'
import type { Clock, Ids } from '../spec/ports/clock.ts'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { noFaults } from '../spec/ports/faults.ts'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts'
import { exportTree } from '../store/transfer/export-tree.ts'
import { importTree } from '../store/transfer/import-tree.ts'
import type { ProfileName } from '../spec/agent/words.ts'
import { ceilingOf, defaultOf } from '../spec/config/sandbox-settings.ts'
import type { UserConfig } from '../spec/config/user-config.ts'
import { readProjectParts } from '../spec/trust/project-parts.ts'
import { createAgentSource } from './agent-source.ts'
import { shippedPrices } from './harness-registry.ts'
import { trustedHashes } from './named-agents.ts'
import { createTrustDesk } from './trust-desk.ts'
import { openTrustStore } from './trust-store.ts'
import { openProjectGrants } from './project-grants.ts'
import { makeFolders, readToken, writeState } from './run-folder.ts'
import type { Paths } from './paths.ts'
import type { ServerPolicyDesk } from './server-policy-desk.ts'
import { readSigningKey } from './signing-key.ts'
import { packageRoot, packageVersion } from './version.ts'

export interface ServerOptions {
  readonly paths: Paths
  readonly port: number
  /** More values that the Host header may have, from `server.yaml`. */
  readonly hosts: readonly string[]
  readonly adapters: readonly HarnessAdapter[]
  readonly environment: Readonly<Record<string, string>>
  /** For agents that name no harness. */
  readonly defaultHarness: () => Promise<string>
  /** Where the user's sessions run for which nobody says it; undefined: the server's word. */
  readonly defaultProfile: () => Promise<ProfileName | undefined>
  /** Agents of the user's own configuration. */
  readonly ownAcp?: UserConfig['acp']
  readonly clock: Clock
  readonly ids: Ids
  /** The server's policies; closed by the caller. */
  readonly policies: ServerPolicyDesk
  /** The user's own prices of models. */
  readonly prices?: ModelPrices
  /** Called once this process alone has the state folder: what may start beside the rest of the start. */
  onLocked?(): void
  report(problem: string, cause?: unknown): void
}

export interface RunningServer {
  readonly url: string
  readonly token: string
  readonly engine: SessionEngine
  /** Ends clients and links, saves what can be saved; hosts and their agents go on. */
  close(): Promise<void>
}

/** Wires the whole server. @throws {AppError} 'conflict' when another one runs on this state or port. */
export async function composeServer(options: ServerOptions): Promise<RunningServer> {
  const { paths, clock, ids, report, adapters } = options
  await makeFolders(paths)
  const token = await readToken(paths)
  // Held first: of two servers on one state folder the second ends here, before it opens anything.
  let engine: SessionEngine | undefined
  const links = await listenUnix(paths.serverSocket, {
    // A host that is quicker than our start comes again: a link that nobody hears would look alive for ever.
    onLink: (link) => (engine === undefined ? link.close() : engine.acceptHost(link)), report,
  })
  // A start that fails lets go of what it holds: the process could not end, and would keep the folder from the next one.
  await using undo = new AsyncDisposableStack()
  undo.defer(() => links.close())
  options.onLocked?.()
  const store = await openSqliteStore({ dir: paths.data, clock, faults: noFaults })
  undo.defer(() => store.close())
  const signingKey = await readSigningKey(paths.signingKey)
  const abilities = new Map(adapters.flatMap(({ id, aliases = [], capabilities }) => [id, ...aliases].map((each) => [each, capabilities] as const)))
  const trust = createTrustDesk({
    store: openTrustStore(paths.trust), clock, report, projectParts: (folder) => readProjectParts(adapters, folder),
    trustedHashes: () => trustedHashes({ cwd: '/', home: paths.home, environment: options.environment }),
  })
  engine = new SessionEngine({
    store: store.sessions, index: store.index, blobs: store.blobs, clock, ids, policies: () => options.policies.current(), prices: { table: shippedPrices, overrides: options.prices ?? {} },
    server: ids.next('req'), abilities: (harness) => abilities.get(harness), trusts: (subject) => trust.trusts(subject), trustedProject: (session) => trust.trustedProject(session), projectGrants: openProjectGrants(paths.projectGrants, report),
    boxCeiling: () => ceilingOf(options.policies.sandbox()), sign: (head) => signHead(head, signingKey), report,
  })
  const deciding = engine
  options.policies.onChange(() => void deciding.policiesChanged().catch((error: unknown) => report('telling gateways of other policies', error)))
  const startedAt = clock.now()
  let url = ''
  const made = engine
  const deps = (port: number): ServerDeps => ({
    engine: made, store: store.sessions, index: store.index, blobs: store.blobs, clock, ids, token, trust, policies: options.policies,
    agents: createAgentSource({ paths, environment: options.environment, defaultHarness: options.defaultHarness, ...(options.ownAcp === undefined ? {} : { ownAcp: options.ownAcp }), readiness: () => made.readiness(), sandbox: async () => ({ default: (await options.defaultProfile()) ?? defaultOf(options.policies.sandbox()), ceiling: ceilingOf(options.policies.sandbox()) }), policies: () => options.policies.current().list }),
    transfer: {
      exportTree: (tree) => exportTree({ sessions: store.sessions, blobs: store.blobs }, tree),
      importTree: (lines) => importTree({ sessions: store.sessions, blobs: store.blobs }, lines),
    },
    hosts: [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, ...options.hosts],
    status: () => ({
      name: 'omnigent', version: packageVersion(), pid: process.pid, startedAt, url, defaultFolder: homedir(),
      hosts: made.hosts.map((host) => ({ ...host, attached: true })),
    }),
    ...webFolder(),
    report: (error) => report('answering a request', error),
  })
  const http = await listenSomewhere(deps, options.port)
  url = `http://localhost:${http.port}`
  await writeState(paths.serverState, { pid: process.pid, startedAt, version: packageVersion(), url })
  undo.move()
  return {
    url, token, engine,
    close: async () => {
      await http.close()
      await made.close()
      await links.close()
      await store.close()
    },
  }
}

/** Port 0 means "any": the allow-list needs the real number, so it is bound once to learn it. */
async function listenSomewhere(deps: (port: number) => ServerDeps, port: number): Promise<Listening> {
  if (port !== 0) return listen(deps(port), { port, address: '127.0.0.1' })
  const probe = await listen(deps(0), { port: 0, address: '127.0.0.1' })
  await probe.close()
  return listen(deps(probe.port), { port: probe.port, address: '127.0.0.1' })
}

function webFolder(): { webDir?: string } {
  const dir = join(packageRoot, 'dist', 'web')
  return existsSync(join(dir, 'index.html')) ? { webDir: dir } : {}
}
