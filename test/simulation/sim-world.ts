import type { ServerPolicies } from '../../src/policy/server-policies.ts'
import { noPolicies } from '../support/policy-of.ts'
import { modelProviders } from '../../src/harness/providers/list-models.ts'
import { createHost, type Host } from '../../src/host/create-host.ts'
import { createMemoryLink, type MemoryLink } from '../../src/host/link/memory-link.ts'
import { createMemoryOutbox } from '../../src/host/outbox/memory-outbox.ts'
import { SessionEngine } from '../../src/session/engine.ts'
import type { Command, CommandResult } from '../../src/spec/commands.ts'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import type { FaultPoint } from '../../src/spec/ports/faults.ts'
import { createMemoryStore } from '../../src/store/memory/create-memory-store.ts'
import { MemoryDisk } from '../../src/store/memory/memory-disk.ts'
import { countingIds } from '../support/counting-ids.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { createSimHarness, type Outside, simOmnibox } from './sim-harness.ts'
import { memoryProjectGrants } from '../support/project-grants.ts'

export class SimulatedCrash extends Error {}

/** Where the world breaks: at the `hit`-th time that `point` is reached. */
export interface Fault {
  readonly point: FaultPoint
  readonly hit: number
  /** What dies there: the process that reached it, the other one too, or only the link. */
  readonly kills: 'process' | 'both' | 'link'
  /** Milliseconds that the clock jumps at that moment, back as well. */
  readonly clockJump: number
}

interface Life {
  alive: boolean
}

/** Engine, store, host and link as they ship, on a disk, a clock and a network of the test's. */
export class SimWorld {
  readonly clock = new ManualClock()
  readonly ids = countingIds()
  readonly storeDisk = new MemoryDisk()
  readonly outboxDisk = { facts: [] }
  readonly hits = new Map<FaultPoint, number>()
  readonly crashes: string[] = []
  readonly problems: unknown[] = []
  readonly outside: Outside
  readonly homeDir: string
  #faults: Fault[]
  #server: (Life & { engine: SessionEngine; store: ReturnType<typeof createMemoryStore> }) | undefined
  #host: (Life & { host: Host }) | undefined
  #link: MemoryLink | undefined
  #epoch = 0

  readonly policies: ServerPolicies
  readonly projectGrants = memoryProjectGrants()

  constructor(faults: readonly Fault[], homeDir: string, policies: ServerPolicies = noPolicies) {
    this.#faults = [...faults]
    this.policies = policies
    this.homeDir = homeDir
    this.outside = {
      executed: new Map(), unapproved: [], prompted: new Map(),
      isReleased: (session, call) => this.durable(session).some((event) => event.type === 'tool.released' && (event.data as { call: string }).call === call),
    }
  }

  /** What is on the store's disk, whoever is alive. */
  durable(tree: string): readonly Envelope[] {
    return this.storeDisk.trees.get(tree)?.events ?? []
  }

  /** Starts what is dead and links what is not linked: what a supervisor and a redial do. */
  mend(): void {
    if (this.#server?.alive !== true) this.#startServer()
    if (this.#host?.alive !== true) this.#startHost()
    if (this.#link === undefined) this.#dial()
  }

  get engine(): SessionEngine | undefined {
    return this.#server?.alive === true ? this.#server.engine : undefined
  }

  /** Sends until it is answered, as a client does: the same id each time. Undefined when this attempt was not answered. */
  async attempt(session: string, command: Command): Promise<CommandResult | undefined> {
    const { engine } = this
    return engine?.command(session, command, { kind: 'user', id: 'local' }).catch((error: unknown) => {
      if (error instanceof SimulatedCrash || this.engine !== engine) return undefined
      this.problems.push(error)
      return undefined
    })
  }

  #reach(life: Life, owner: 'server' | 'host'): (point: FaultPoint) => void {
    return (point) => {
      if (!life.alive) throw new SimulatedCrash(`${owner} is dead`)
      const hit = (this.hits.get(point) ?? 0) + 1
      this.hits.set(point, hit)
      const fault = this.#faults.find((each) => each.point === point && each.hit === hit)
      if (fault === undefined) return
      this.#faults = this.#faults.filter((each) => each !== fault)
      this.crashes.push(`${point}#${hit} ${fault.kills}`)
      this.clock.jump(fault.clockJump)
      this.#cut()
      if (fault.kills === 'link') return
      life.alive = false
      if (fault.kills === 'both') {
        if (this.#server !== undefined) this.#server.alive = false
        if (this.#host !== undefined) this.#host.alive = false
      }
      throw new SimulatedCrash(`${owner} at ${point}#${hit}`)
    }
  }

  #cut(): void {
    this.#link?.cut()
    this.#link = undefined
  }

  #report = (life: Life) => (problem: string, cause: unknown) => {
    if (life.alive && !(cause instanceof SimulatedCrash)) this.problems.push(new Error(problem, { cause }))
  }

  #startServer(): void {
    const life: Life = { alive: true }
    const faults = this.#reach(life, 'server')
    const store = createMemoryStore({ disk: this.storeDisk, clock: this.clock, faults })
    const engine = new SessionEngine({
      store: store.sessions, index: store.index, blobs: store.blobs, clock: this.clock, ids: this.ids, policies: () => this.policies, prices: { table: { version: '2026-01-01', models: {} }, overrides: {} },
      server: 'srv', abilities: () => ({ gate: 'every-call', steer: 'turn', fork: false }), trusts: () => true, trustedProject: () => undefined, projectGrants: this.projectGrants, report: this.#report(life),
    })
    this.#server = Object.assign(life, { engine, store })
    this.#cut()
  }

  #startHost(): void {
    const life: Life = { alive: true }
    const faults = this.#reach(life, 'host')
    this.#epoch += 1
    const host = createHost({
      id: 'hst_sim', name: 'sim', build: 'test', adapters: ['sim', 'other'].map((id) => createSimHarness(id, this.outside, () => life.alive)), omnibox: simOmnibox,
      outbox: createMemoryOutbox({ epoch: `epo_${String(this.#epoch).padStart(4, '0')}`, disk: this.outboxDisk, faults }), clock: this.clock,
      homeDir: this.homeDir, installDir: this.homeDir, environment: { PATH: '/usr/bin' }, log: this.#report(life), settings: { harness: async () => ({}) }, providers: modelProviders,
    })
    this.#host = Object.assign(life, { host })
    this.#cut()
  }

  #dial(): void {
    const server = this.#server
    const host = this.#host
    if (server?.alive !== true || host?.alive !== true) return
    // Each end reaches its own process's fault points.
    const reaches = { server: this.#reach(server, 'server'), host: this.#reach(host, 'host') }
    const link = createMemoryLink((point) => (point.startsWith('link.to-host') ? reaches.server(point) : reaches.host(point)), (error) => {
      if (!(error instanceof SimulatedCrash)) this.problems.push(error)
    })
    this.#link = link
    void link.host.closed.then(() => {
      if (this.#link === link) this.#link = undefined
    })
    try {
      server.engine.acceptHost(link.engine)
      host.host.connect(link.host)
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error
    }
  }
}
