import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SessionEngine } from '../../src/session/engine.ts'
import type { NewEvent } from '../../src/spec/events/session-event.ts'
import { genesis } from '../../src/spec/events/envelope.ts'
import { chainEvents } from '../../src/spec/log/chain.ts'
import type { HostFact, NumberedFact, ToHost } from '../../src/spec/ports/host-link.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { createMemoryStore } from '../../src/store/memory/create-memory-store.ts'
import { MemoryDisk } from '../../src/store/memory/memory-disk.ts'
import { projectLog } from '../../src/store/projection/project-log.ts'
import { countingIds } from '../support/counting-ids.ts'
import { HandHost } from '../support/hand-host.ts'
import { seed, share } from '../support/lane.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { serverPolicies } from '../support/policy-of.ts'
import { memoryProjectGrants } from '../support/project-grants.ts'

/** In dollars, as are all amounts here. */
const limit = 100
const cap: Policy = { name: 'hard-cap', type: 'cost', scope: 'tree', op: 'ge', value: limit, count_reserved: true, unpriced: 'deny', action: 'deny' }
const lanes = ['one', 'two', 'three', 'four', 'five'] as const
type LaneName = (typeof lanes)[number]

type Step =
  | { readonly do: 'call'; readonly lane: LaneName; readonly most: number }
  /** @property used the part of what was held back that it came to, in hundredths; nothing: it never reached the model. */
  | { readonly do: 'end'; readonly lane: LaneName; readonly used: number | undefined }
  /** With a call of the lane on its way, which may have been stored or not. */
  | { readonly do: 'crash'; readonly lane: LaneName; readonly most: number }

/** A provider that answers whoever was allowed, and writes its own bill. */
class Provider {
  readonly running = new Map<string, number>()
  readonly billed: number[] = []
  get spent(): number {
    return this.billed.reduce((sum, each) => sum + each, 0)
  }
  get atMost(): number {
    return this.spent + [...this.running.values()].reduce((sum, each) => sum + each, 0)
  }
}

it('is never passed by more than one call, refuses nothing early, and leaves nobody waiting: five lanes at once, the server killed in between', async () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), lane: fc.constantFrom(...lanes), most: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('end' as const), lane: fc.constantFrom(...lanes), used: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined, freq: 8 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), lane: fc.constantFrom(...lanes), most: fc.integer({ min: 1, max: 60 }) }) },
  )
  const numRuns = share('schedules of model calls under a hard limit', 40, 1_000)
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
    expect(await play(steps)).toEqual([])
  }), { numRuns, seed, endOnFailure: true })
}, 3_600_000)

/** Plays the steps and lets what runs come to its end. Answers with what went wrong. */
async function play(steps: readonly Step[]): Promise<string[]> {
  const problems: string[] = []
  const world = await openWorld()
  const provider = new Provider()
  const wanted = new Map<string, { readonly lane: LaneName; readonly most: number; answer?: 'allow' | 'deny' }>()
  let calls = 0

  /** Does what the host would with every order it has heard. */
  function hear(): void {
    for (const order of world.host.orders.splice(0)) {
      if (order.type !== 'model.verdict') continue
      const call = wanted.get(order.call)
      if (call === undefined) problems.push(`${order.call} was answered and nobody asked`)
      // Said again after a crash: the first time counts.
      else if (call.answer === undefined) answered(order, call)
      else if (call.answer !== order.verdict.type && call.answer === 'deny') problems.push(`${order.call} was refused, and allowed later`)
    }
  }
  function answered({ call, verdict }: Extract<ToHost, { type: 'model.verdict' }>, about: { readonly most: number; answer?: 'allow' | 'deny' }): void {
    about.answer = verdict.type
    if (verdict.type === 'deny') {
      if (provider.spent < limit) problems.push(`${call} was refused at $${provider.spent}`)
      return
    }
    if (provider.spent >= limit) problems.push(`${call} was allowed at $${provider.spent}`)
    provider.running.set(call, about.most)
    if (provider.atMost > limit && provider.running.size > 1) problems.push(`${call} runs beside others up to $${provider.atMost}`)
  }
  async function end(call: string, used: number | undefined): Promise<void> {
    const most = provider.running.get(call) ?? 0
    provider.running.delete(call)
    const input = used === undefined ? undefined : Math.round((most * used) / 100)
    if (input !== undefined) provider.billed.push(input)
    await say(wanted.get(call)?.lane ?? 'one', { type: 'model.done', call, ...(input === undefined ? {} : { usage: { input, output: 0 } }) })
  }
  async function say(lane: LaneName, fact: HostFact): Promise<void> {
    await world.say(lane, fact)
    hear()
  }
  const ofLane = (lane: LaneName) => [...provider.running.keys()].find((call) => wanted.get(call)?.lane === lane)

  for (const step of steps) {
    if (step.do === 'end') {
      const call = ofLane(step.lane)
      if (call !== undefined) await end(call, step.used)
      continue
    }
    const call = `call${(calls += 1)}`
    const fact: HostFact = { type: 'model.wanted', call, model: 'm', tokens: { input: step.most, output: 0 } }
    wanted.set(call, { lane: step.lane, most: step.most })
    if (step.do === 'call') await say(step.lane, fact)
    else {
      await world.crashDuring(step.lane, fact)
      hear()
    }
  }
  for (let [call] = provider.running.keys(); call !== undefined; [call] = provider.running.keys()) await end(call, 100)
  for (const [call, { answer }] of wanted) if (answer === undefined) problems.push(`${call} waits for ever`)
  if (provider.spent > limit + Math.max(0, ...provider.billed)) problems.push(`$${provider.spent} was spent`)
  const known = (await world.view('root')).reduce((sum, view) => sum + view, 0)
  if (known !== provider.spent * 1e6) problems.push(`we know of ${known / 1e6}, the provider of ${provider.spent}`)
  return [...problems, ...world.problems]
}

/** A tree of a root and five children, each in a turn on one host, whose facts come again after a crash until they are durable. */
async function openWorld() {
  const [disk, clock, ids, host] = [new MemoryDisk(), new ManualClock(), countingIds(), new HandHost()]
  const problems: string[] = []
  const facts: NumberedFact[] = []
  const policies = serverPolicies([cap])
  const projectGrants = memoryProjectGrants()
  let life = { alive: true }
  // A dead process stores nothing more.
  const makeStore = (own: { alive: boolean }) => createMemoryStore({ disk, clock, faults: (point) => {
    if (!own.alive) throw new Error(`dead at ${point}`)
  } })
  let store = makeStore(life)
  const makeEngine = () => new SessionEngine({
    store: store.sessions, index: store.index, blobs: store.blobs, clock, ids, policies: () => policies, prices: { table: { version: '1', models: { m: { input: 1e12, output: 1e12 } } }, overrides: {} },
    server: 'srv', abilities: () => ({ gate: 'every-call', steer: 'turn', fork: false }), trusts: () => true, trustedProject: () => undefined, projectGrants, report: (problem, cause) => void (String(cause).includes('dead at') || problems.push(`${problem}: ${String(cause)}`)),
  })
  await store.sessions.append(treeOfLanes(host))
  let engine = makeEngine()
  const connect = async () => {
    host.connect((link) => engine.acceptHost(link), facts)
    const last = facts.at(-1)
    if (last !== undefined) await host.acknowledged(last.n)
  }
  await connect()
  const report = (lane: LaneName, fact: HostFact) => {
    const message = host.fact({ session: lane, turn: `trn_${lane}`, tree: 'root' }, fact)
    facts.push(message)
    return message
  }
  return {
    host, problems,
    async say(lane: LaneName, fact: HostFact) {
      const message = report(lane, fact)
      await host.acknowledged(message.n)
      await delivered()
    },
    /** The process is gone without a word; what was acknowledged is on its disk. */
    async crashDuring(lane: LaneName, fact: HostFact) {
      report(lane, fact)
      for (let turn = 0; turn < facts.length % 4; turn += 1) await Promise.resolve()
      life.alive = false
      host.cut()
      life = { alive: true }
      store = makeStore(life)
      engine = makeEngine()
      await connect()
      await delivered()
    },
    view: async (root: string) => Promise.all([root, ...lanes].map(async (session) => (await engine.describe(session)).view.money.microUsd)),
  }
}

/** Orders leave in the turns of the loop after the commit that an acknowledgement tells of. */
async function delivered(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate)
}

function treeOfLanes({ id, epoch }: HandHost) {
  const place = { by: { kind: 'user', id: 'local' }, cause: 'c' } as const
  const agent = { name: 'sim', hash: 'h', spec: {} }
  const session = (name: string, parent?: string) => ({ ...place, session: name, type: 'session.created', data: { agent, harness: 'scripted', workspace: { mode: 'here', path: '/work' }, ...(parent === undefined ? {} : { parent }) } }) as NewEvent
  const turn = (name: string) => ({ ...place, session: name, turn: `trn_${name}`, type: 'turn.started', data: { prompt: `p_${name}`, text: 'go', harness: 'scripted', host: { id, epoch } } }) as NewEvent
  const events = chainEvents({ tree: 'root', seq: 0, hash: genesis, at: 0 }, [session('root'), ...lanes.flatMap((lane) => [session(lane, 'root'), turn(lane)])], 1)
  const { items, rows } = projectLog('root', events)
  return { tree: 'root', after: 0, events, items, rows }
}
