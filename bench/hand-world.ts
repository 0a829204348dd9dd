import type { DatabaseSync } from 'node:sqlite'
import { emptyList } from '../src/policy/compile-policies.ts'
import { shippedPrices } from '../src/app/harness-registry.ts'
import { SessionEngine } from '../src/session/engine.ts'
import type { Author } from '../src/spec/events/envelope.ts'
import { noFaults } from '../src/spec/ports/faults.ts'
import type { HostFact } from '../src/spec/ports/host-link.ts'
import { openSqliteStore } from '../src/store/sqlite/open-sqlite-store.ts'
import { countingIds } from '../test/support/counting-ids.ts'
import { HandHost } from '../test/support/hand-host.ts'
import { realClock } from '../test/support/real-clock.ts'
import { memoryProjectGrants } from '../test/support/project-grants.ts'

const person: Author = { kind: 'user', id: 'local' }

/** Engine and SQLite store in this process, with a host played by hand. */
export async function handWorld(options: { readonly dir: string; onOpen?(database: DatabaseSync): void }) {
  const ids = countingIds()
  const host = new HandHost()
  const store = await openSqliteStore({ clock: realClock, faults: noFaults, ...options })
  const engine = new SessionEngine({
    store: store.sessions, index: store.index, blobs: store.blobs, clock: realClock, ids, policies: () => ({ list: emptyList('server'), hostSets: {} }), prices: { table: shippedPrices, overrides: {} }, server: 'srv_1', abilities: () => ({ gate: 'every-call', steer: 'turn', fork: false }), trusts: () => true, trustedProject: () => undefined, projectGrants: memoryProjectGrants(),
    report: (problem, cause) => process.stderr.write(`${problem}: ${String(cause)}\n`),
  })
  host.connect((link) => engine.acceptHost(link))
  while (engine.hosts.length === 0) await new Promise((resolve) => setImmediate(resolve))
  return {
    engine, host,
    async create(): Promise<string> {
      const { session } = await engine.create({ id: ids.next('cmd').slice(4), agent: { name: 'hello', hash: 'h', spec: { prompt: 'Be brief.' } }, harness: 'scripted', workspace: { mode: 'here', path: '/work' } }, person)
      return session
    },
    /** Sends a prompt; answers with the turn it started. */
    async start(session: string): Promise<string> {
      await engine.command(session, { id: ids.next('cmd'), type: 'turn.start', text: 'Go on.' }, person)
      const { turn } = await host.order('turn.run', (order) => order.setup.session === session)
      return turn
    },
    /** Resolves when the fact is durable. */
    async fact(session: string, turn: string, fact: HostFact): Promise<void> {
      const { n } = host.fact({ session, turn }, fact)
      await host.acknowledged(n)
      host.forget()
    },
    async close(): Promise<void> {
      await engine.close()
      await store.close()
    },
  }
}
