import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { shippedPrices } from '../../src/app/harness-registry.ts'
import type { ServerPolicies } from '../../src/policy/server-policies.ts'
import type { EngineDeps } from '../../src/session/engine-deps.ts'
import { SessionEngine } from '../../src/session/engine.ts'
import type { Command } from '../../src/spec/commands.ts'
import type { Author, Envelope } from '../../src/spec/events/envelope.ts'
import type { Abilities } from '../../src/session/transaction.ts'
import { noFaults } from '../../src/spec/ports/faults.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts'
import { countingIds } from './counting-ids.ts'
import { HandHost } from './hand-host.ts'
import { ManualClock } from './manual-clock.ts'
import { plainAgent } from './plain-agent.ts'
import { noPolicies } from './policy-of.ts'
import { memoryProjectGrants } from './project-grants.ts'

export const person: Author = { kind: 'user', id: 'local' }

/** An engine on a real SQLite file with a host played by hand. */
export async function engineWorld(options: { policies?: ServerPolicies; prices?: EngineDeps['prices']; abilities?: Partial<Abilities>; trusts?: EngineDeps['trusts']; trustedProject?: (session: string) => string | undefined } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'omni-engine-'))
  const clock = new ManualClock()
  const ids = countingIds()
  const problems: unknown[] = []
  const host = new HandHost()
  let store = await openSqliteStore({ dir, clock, faults: noFaults })
  const projectGrants = memoryProjectGrants()
  const makeEngine = () => new SessionEngine({
    store: store.sessions, index: store.index, blobs: store.blobs, clock, ids, policies: () => world.policies, prices: options.prices ?? { table: shippedPrices, overrides: {} }, server: 'srv_1',
    abilities: () => ({ gate: 'every-call', steer: 'turn', fork: false, ...options.abilities }), trusts: options.trusts ?? (() => true), trustedProject: options.trustedProject ?? (() => undefined), projectGrants, report: (problem, cause) => problems.push(new Error(problem, { cause })),
  })
  let engine = makeEngine()
  onTestFinished(async () => {
    await engine.close()
    await store.close()
    await rm(dir, { recursive: true, force: true })
  })

  const world = {
    clock, dir, host, problems,
    /** The server's; may be changed while it runs. */
    policies: options.policies ?? noPolicies,
    get engine() {
      return engine
    },
    get store() {
      return store
    },
    connect: () => host.connect((link) => engine.acceptHost(link)),
    async create(prompt?: string) {
      const { session } = await engine.create({
        id: ids.next('cmd').slice(4), agent: plainAgent('hello', { prompt: 'Be brief.' }), harness: 'scripted', sandbox: 'off',
        workspace: { mode: 'here', path: '/work' }, ...(prompt === undefined ? {} : { prompt }),
      }, person)
      return session
    },
    command: (session: string, body: Record<string, unknown> & { type: string }, by: Author = person) =>
      engine.command(session, { id: ids.next('cmd'), ...body } as Command, by),
    log: async (session: string): Promise<readonly Envelope[]> => store.sessions.read((await engine.describe(session)).tree, 0, 10_000),
    types: async (session: string): Promise<string[]> => (await world.log(session)).map((event) => event.type),
    view: async (session: string) => (await engine.describe(session)).view,
    /** Resolves when the next event of this type is durable. */
    async until(session: string, type: string): Promise<Envelope> {
      const found = Promise.withResolvers<Envelope>()
      const opened = await engine.open(session, { items: 1 }, {
        events: (events) => events.forEach((event) => event.type === type && found.resolve(event)), delta: () => undefined,
      })
      opened.begin()
      return found.promise.finally(() => opened.close())
    },
    /** Reports a fact and waits until it is durable. */
    async fact(session: string, turn: string | undefined, fact: HostFact) {
      const message = host.fact({ session, ...(turn === undefined ? {} : { turn }) }, fact)
      await host.acknowledged(message.n)
      return message
    },
    /** The server process dies and a new one opens the same files. The host is not connected yet. */
    async restart() {
      host.cut()
      await engine.close()
      await store.close()
      host.forget()
      store = await openSqliteStore({ dir, clock, faults: noFaults })
      engine = makeEngine()
    },
  }
  return world
}
export type EngineWorld = Awaited<ReturnType<typeof engineWorld>>

export const call = (id: string, extra: object = {}) => ({
  type: 'call.wanted', call: id, tool: 'shell', title: 'ls', input: { command: 'ls' }, actions: [{ kind: 'exec', command: 'ls', outbound: false }], ...extra,
}) as const satisfies HostFact
