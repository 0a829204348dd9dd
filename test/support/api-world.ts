import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServerPolicyDesk } from '../../src/app/server-policy-desk.ts'
import { listen } from '../../src/server/listen.ts'
import { createApp } from '../../src/server/create-app.ts'
import type { ServerDeps } from '../../src/server/server-deps.ts'
import { AppError } from '../../src/spec/app-error.ts'
import { exportTree } from '../../src/store/transfer/export-tree.ts'
import { importTree } from '../../src/store/transfer/import-tree.ts'
import type { ProjectReader } from '../../src/spec/trust/project-parts.ts'
import type { ServerPolicies } from '../../src/policy/server-policies.ts'
import { onTestFinished } from 'vitest'
import { countingIds } from './counting-ids.ts'
import { engineWorld } from './engine-world.ts'
import { plainAgent } from './plain-agent.ts'
import { realClock } from './real-clock.ts'
import { trustWorld } from './trust-world.ts'

export const token = 'test-token-of-at-least-thirty-two-characters'
export const address = 'localhost:6767'

/** The HTTP side on a real engine and store; `ask` is a request as a well-behaved client makes it. */
export async function apiWorld(options: { policies?: ServerPolicies; readers?: readonly ProjectReader[] } = {}) {
  const trustFolder = await mkdtemp(join(tmpdir(), 'omni-trust-'))
  onTestFinished(() => rm(trustFolder, { recursive: true, force: true }))
  const trust = trustWorld(trustFolder, realClock, options.readers)
  const world = await engineWorld({ ...options, trusts: (subject) => trust.desk.trusts(subject), trustedProject: (session) => trust.desk.trustedProject(session) })
  const failures: unknown[] = []
  const configFile = join(trustFolder, 'server.yaml')
  await writeFile(configFile, '# Of the test.\nbaseline: false\n')
  const desk = await openServerPolicyDesk({ path: configFile, clock: world.clock, report: (problem) => world.problems.push(problem) })
  onTestFinished(() => desk.close())
  const deps: ServerDeps = {
    engine: world.engine, store: world.store.sessions, index: world.store.index, blobs: world.store.blobs, clock: world.clock, ids: countingIds('api'), token, trust: trust.desk, policies: desk, hosts: [address],
    agents: {
      list: async () => [{ name: 'hello', harness: ['scripted'], source: 'shipped' }],
      resolve: async (request) => {
        const name = 'name' in request.agent ? request.agent.name : 'given'
        if (name !== 'hello' && name !== 'given') throw new AppError('not_found', `There is no agent ${name}.`)
        return { agent: 'spec' in request.agent ? plainAgent(name, request.agent.spec) : plainAgent(name), harness: request.harness ?? 'scripted', sandbox: request.sandbox ?? 'off', notices: [] }
      },
      harness: (harness) => {
        if (harness === 'acp:scripted') return 'scripted'
        if (harness !== 'scripted') throw new AppError('unsupported', `There is no harness ${harness}.`)
        return harness
      },
    },
    transfer: {
      exportTree: (tree) => exportTree(world.store, tree),
      importTree: (lines) => importTree(world.store, lines),
    },
    status: () => ({ name: 'omnigent', version: '0', pid: 1, startedAt: 0, url: `http://${address}`, defaultFolder: '/', hosts: [] }),
    report: (error) => failures.push(error),
  }
  const app = createApp(deps)
  const headers = { host: address, authorization: `Bearer ${token}` }
  return {
    ...world, trust, desk, configFile, engine: world.engine, store: world.store, app, deps, failures,
    ask: (method: string, path: string, body?: unknown, extra: Record<string, string> = {}) => app.hono.request(path, {
      method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...extra },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
    /** The same on a real socket. */
    async serve() {
      const hosts: string[] = []
      const served = await listen({ ...deps, hosts }, { port: 0, address: '127.0.0.1' })
      onTestFinished(() => served.close())
      hosts.push(`127.0.0.1:${served.port}`)
      return { url: `http://127.0.0.1:${served.port}`, host: `127.0.0.1:${served.port}` }
    },
  }
}
export type ApiWorld = Awaited<ReturnType<typeof apiWorld>>
